using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Online;

/// <summary>Compares the metrics of steps.</summary>
internal static class Steps
{
    /// <summary>All metrics equal bit for bit, apart from those of the clock.</summary>
    public static void AssertSame(IReadOnlyList<Dictionary<string, double>> one, IReadOnlyList<Dictionary<string, double>> other)
    {
        Assert.Equal(one.Count, other.Count);
        foreach ((Dictionary<string, double> metrics, Dictionary<string, double> same) in one.Zip(other))
            Assert.Equal(Untimed(metrics), Untimed(same));
    }

    private static IEnumerable<KeyValuePair<string, double>> Untimed(Dictionary<string, double> metrics) =>
        metrics.Where(m => !MetricNames.IsTiming(m.Key)).OrderBy(m => m.Key, StringComparer.Ordinal);
}
