using Plumbline.Training.Data;

namespace Plumbline.Training.Runs;

/// <summary>Tells of rows of data that were left out.</summary>
internal static class SkippedRows
{
    /// <summary>One message for each reading that left rows out.</summary>
    public static void Tell(IRunObserver observer, params IEnumerable<BadRows> readings)
    {
        foreach (BadRows skipped in readings.Where(reading => reading.Count > 0))
            observer.OnMessage(new RunMessage(RunSeverity.Warning, $"{skipped.Count} {(skipped.Count == 1 ? "row was" : "rows were")} left out (data.on_bad_row: skip); the first: {skipped.First!.Message}"));
    }
}
