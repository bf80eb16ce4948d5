using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>What there is to say of a table of rewards, under TRL's names.</summary>
internal static class RewardStatistics
{
    /// <summary>float64, (B, M), NaN where not applicable or infinite, in the caller's dispose scope.</summary>
    public static Tensor FiniteOrAbsent(this RewardTable table) => torch.tensor(
        table.Scores.SelectMany(r => r).Select(v => double.IsFinite(v) ? v : double.NaN).ToArray(), table.Count, table.Objectives.Count, torch.ScalarType.Float64);

    /// <summary>The first objective that has an infinite score; null when none has.</summary>
    public static string? FirstInfinite(this RewardTable table) =>
        table.Objectives.Where((_, k) => table.Scores.Any(row => double.IsInfinity(row[k]))).FirstOrDefault();

    /// <summary>Mean and unbiased spread of every objective and of their weighted sum, over the rows that have them; and how many rows a source should have scored and could not.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Moments(this RewardTable table, IReadOnlyList<double> weights)
    {
        for (int k = 0; k < table.Objectives.Count; k++)
        {
            (double mean, double deviation) = Moments(table.Column(k));
            yield return new($"rewards/{table.Objectives[k]}/mean", mean);
            yield return new($"rewards/{table.Objectives[k]}/std", deviation);
        }
        foreach ((string objective, int rows) in table.Failures)
            yield return new(MetricNames.ObjectiveFailures(objective), rows);
        (double rewardMean, double rewardDeviation) = Moments([.. table.Scores.Select(row => Sum(row, weights))]);
        yield return new("reward", rewardMean);
        yield return new("reward_std", rewardDeviation);
    }

    private static double Sum(double[] row, IReadOnlyList<double> weights) =>
        row.All(double.IsNaN) ? double.NaN : row.Select((v, k) => double.IsNaN(v) ? 0 : v * weights[k]).Sum();

    private static (double Mean, double Deviation) Moments(double[] values)
    {
        double[] present = [.. values.Where(v => !double.IsNaN(v))];
        if (present.Length == 0)
            return (double.NaN, double.NaN);
        double mean = present.Average();
        return (mean, present.Length < 2 ? 0 : Math.Sqrt(present.Sum(v => (v - mean) * (v - mean)) / (present.Length - 1)));
    }
}
