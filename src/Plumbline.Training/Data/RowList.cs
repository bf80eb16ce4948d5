using System.Collections;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>The rows of a recipe's sources, mixed by their weights where they have any, and what was left out.</summary>
/// <remarks>With <see cref="DataReading.Streaming"/> each row is read from disk again whenever it is asked for; else all are in memory.</remarks>
/// <typeparam name="T">What each row became.</typeparam>
public sealed class RowList<T> : IReadOnlyList<T>, IDisposable
{
    private readonly IReadOnlyList<T> _rows;
    private readonly List<RowStore> _stores;

    private RowList(IReadOnlyList<T> rows, List<RowStore> stores, BadRows skipped) => (_rows, _stores, Skipped) = (rows, stores, skipped);

    /// <summary>The rows that could not be used.</summary>
    public BadRows Skipped { get; }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public T this[int index] => _rows[index];

    /// <summary>Reads.</summary>
    /// <param name="sources">At least one.</param>
    /// <param name="reading">Names of columns, and what becomes of faulty rows.</param>
    /// <param name="parse">Makes of a row what is wanted.</param>
    /// <param name="plainText">How plain text becomes rows; null where it cannot.</param>
    /// <param name="seed">Seed of the mix.</param>
    /// <exception cref="DataException">A source cannot be read or holds no row, or a row cannot be used and shall not be skipped.</exception>
    internal static RowList<T> Read(IReadOnlyList<DataSource> sources, DataReading reading, Func<DataRow, T> parse, PlainTextFormat? plainText = null, long seed = 0)
    {
        var skipped = new BadRows(reading.OnBadRow);
        List<RowStore> stores = [];
        IReadOnlyList<T>[] rows = [.. sources.Select(source =>
        {
            IEnumerable<(DataRow Row, T Parsed)> usable = Usable(RowReader.Read(source, reading.Columns, plainText, skipped), parse, skipped);
            return reading.Streaming ? Stored(usable, parse, stores) : usable.Select(row => row.Parsed).ToArray() as IReadOnlyList<T>;
        })];
        if (Array.FindIndex(rows, own => own.Count == 0) is >= 0 and var empty)
            throw NoRows(sources[empty], skipped);
        return new RowList<T>(rows is [var only] ? only : Mixed(sources, rows, reading.StoppingStrategy, seed), stores, skipped);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the files that rows are read from; rows in memory stay.</summary>
    public void Dispose() => _stores.ForEach(store => store.Dispose());

    /// <summary>Other rows made of all of these, with the same ones left out.</summary>
    internal RowList<TTo> To<TTo>(Func<IReadOnlyList<T>, IReadOnlyList<TTo>> make) => new(make(_rows), _stores, Skipped);

    private static LazyRows<T> Mixed(IReadOnlyList<DataSource> sources, IReadOnlyList<T>[] rows, StoppingStrategy strategy, long seed)
    {
        IReadOnlyList<(int Source, int Row)> order = sources.All(source => source.Weight is null)
            ? [.. rows.SelectMany((own, source) => Enumerable.Range(0, own.Count).Select(row => (source, row)))]
            : Mixture.Interleave([.. rows.Select(own => own.Count)], [.. sources.Select(source => source.Weight ?? 1)], strategy, seed);
        return new LazyRows<T>(order.Count, place => rows[order[place].Source][order[place].Row]);
    }

    private static LazyRows<T> Stored(IEnumerable<(DataRow Row, T Parsed)> rows, Func<DataRow, T> parse, List<RowStore> stores)
    {
        var store = new RowStore();
        stores.Add(store);
        foreach ((DataRow row, _) in rows)
            store.Add(row);
        store.Seal();
        return new LazyRows<T>(store.Count, index => parse(store[index]));
    }

    private static IEnumerable<(DataRow Row, T Parsed)> Usable(IEnumerable<DataRow> rows, Func<DataRow, T> parse, BadRows skipped)
    {
        foreach (DataRow row in rows)
        {
            T parsed;
            try
            {
                parsed = parse(row);
            }
            catch (DataException fault)
            {
                skipped.Report(fault);
                continue;
            }
            yield return (row, parsed);
        }
    }

    private static DataException NoRows(DataSource source, BadRows skipped) => skipped.First is null
        ? new DataException(source.Path, 0, source.Split is { } split ? $"there are no rows of the split '{split}'." : "the file holds no rows.")
        : new DataException(source.Path, 0, $"no row can be used ({skipped.Count} left out); the first: {skipped.First.Message}", skipped.First);
}
