namespace Plumbline.Training.Runs;

/// <summary>One row of metrics.jsonl.</summary>
/// <param name="Step">The step it belongs to.</param>
/// <param name="Metrics">Values by name, in the order they were written; NaN and infinities included.</param>
public sealed record MetricsRow(int Step, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>True when both rows have the same step and, bit for bit, the same values of all metrics that do not depend on the clock.</summary>
    public bool SameApartFromTiming(MetricsRow other)
    {
        var mine = Timeless(Metrics);
        var theirs = Timeless(other.Metrics);
        return Step == other.Step && mine.Count == theirs.Count
            && mine.All(m => theirs.TryGetValue(m.Key, out double value) && BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(m.Value));
    }

    private static Dictionary<string, double> Timeless(IReadOnlyDictionary<string, double> metrics) =>
        metrics.Where(m => !MetricNames.IsTiming(m.Key)).ToDictionary();
}
