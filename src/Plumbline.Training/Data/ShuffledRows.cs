namespace Plumbline.Training.Data;

/// <summary>Deals out the rows of a data set, each once a pass, every pass in another order; goes on from a <see cref="DataCursor"/>. Not thread-safe.</summary>
public sealed class ShuffledRows
{
    private readonly int _count;
    private readonly long _seed;
    private int[] _order;

    /// <summary>Begins at a place.</summary>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="start">Where to begin; the default is the beginning.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no row, or the place is not one of this data.</exception>
    public ShuffledRows(int count, long seed, DataCursor start = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (start.Epoch < 0 || start.Index < 0 || start.Index > count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The place is not within a pass over {count} rows: the data is not that of the run which is resumed.");
        (_count, _seed, Position) = (count, seed, start);
        _order = DeterministicShuffle.Order(count, seed, start.Epoch);
    }

    /// <summary>The place after the rows dealt out so far.</summary>
    public DataCursor Position { get; private set; }

    /// <summary>Deals out the next rows, into the next pass where this one ends.</summary>
    /// <param name="rows">How many; at least 0.</param>
    /// <returns>Indices of the rows, (rows).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is negative.</exception>
    public int[] Next(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        int[] dealt = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            if (Position.Index == _count)
            {
                Position = new DataCursor(Position.Epoch + 1, 0);
                _order = DeterministicShuffle.Order(_count, _seed, Position.Epoch);
            }
            dealt[i] = _order[Position.Index];
            Position = Position with { Index = Position.Index + 1 };
        }
        return dealt;
    }
}
