namespace Plumbline.Training.Data;

/// <summary>Which rows each step takes: every row once an epoch, in an order that depends on seed and epoch alone, so that no state need be saved.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class RowSchedule
{
    private readonly int _count, _rowsPerStep;
    private readonly long _seed;
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>Plans.</summary>
    /// <param name="count">Rows there are, at least 1.</param>
    /// <param name="rowsPerStep">Rows a step takes, at least 1; an epoch's last step goes on into the next epoch.</param>
    /// <param name="seed">Seed of the orders.</param>
    public RowSchedule(int count, int rowsPerStep, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerStep, 1);
        (_count, _rowsPerStep, _seed) = (count, rowsPerStep, seed);
    }

    /// <summary>Steps until every row was taken once.</summary>
    public int StepsPerEpoch => (_count + _rowsPerStep - 1) / _rowsPerStep;

    /// <summary>Steps of a run: as many as asked for, or so many epochs' worth.</summary>
    public int TotalSteps(int maxSteps, double epochs) => maxSteps > 0 ? maxSteps : Math.Max(1, (int)Math.Ceiling(epochs * _count / _rowsPerStep));

    /// <summary>The run-wide number of the first row of a step, counted from 1.</summary>
    public long FirstNumber(int step) => (step - 1L) * _rowsPerStep;

    /// <summary>Indices of the rows of a step, counted from 1.</summary>
    public int[] Rows(int step)
    {
        int[] rows = new int[_rowsPerStep];
        long first = FirstNumber(step);
        for (int i = 0; i < rows.Length; i++)
        {
            long epoch = (first + i) / _count;
            if (epoch != _epoch)
                (_epoch, _order) = (epoch, DeterministicShuffle.Order(_count, _seed, epoch));
            rows[i] = _order[(first + i) % _count];
        }
        return rows;
    }
}
