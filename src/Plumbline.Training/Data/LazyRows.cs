using System.Collections;

namespace Plumbline.Training.Data;

/// <summary>Rows made of what is elsewhere, each time they are asked for; nothing is kept.</summary>
/// <param name="count">Rows there are.</param>
/// <param name="row">Makes the row of a number.</param>
internal sealed class LazyRows<T>(int count, Func<int, T> row) : IReadOnlyList<T>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index] => row(index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Enumerable.Range(0, count).Select(row).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
