using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>What becomes of rows that cannot be used: the first is an error, or all are left out and counted.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="action">Which of the two.</param>
public sealed class BadRows(OnBadRow action = OnBadRow.Error)
{
    /// <summary>Rows left out.</summary>
    public long Count { get; private set; }

    /// <summary>What was wrong with the first of them; null while there is none.</summary>
    public DataException? First { get; private set; }

    /// <summary>Takes note of a row that cannot be used.</summary>
    /// <param name="fault">What was wrong with it.</param>
    /// <exception cref="DataException">The fault itself, where faulty rows are errors.</exception>
    public void Report(DataException fault)
    {
        if (action is OnBadRow.Error)
            throw fault;
        Count++;
        First ??= fault;
    }
}
