using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments;

/// <summary>The course of a run, from its metrics.</summary>
internal static class ArmCurve
{
    private const int Points = 60, Smoothing = 5;

    /// <summary>At most sixty points, each a mean over its share of the steps.</summary>
    public static IReadOnlyList<CurvePoint> Of(IReadOnlyList<MetricsRow> rows)
    {
        var steps = new List<(MetricsRow Row, double Seconds)>();
        double seconds = 0;
        foreach (MetricsRow row in rows.Where(r => r.Metrics.ContainsKey(MetricNames.StepTime)))
            steps.Add((row, seconds += row.Metrics[MetricNames.StepTime]));
        int size = Math.Max(1, (steps.Count + Points - 1) / Points);
        return [.. steps.Chunk(size).Select(Point)];
    }

    /// <summary>The first point whose reward, smoothed over five points, reaches the target; null where none does.</summary>
    public static CurvePoint? Reaching(IReadOnlyList<CurvePoint> curve, double target)
    {
        for (int i = 0; i < curve.Count; i++)
        {
            double[] window = [.. curve.Skip(Math.Max(0, i - Smoothing + 1)).Take(Math.Min(i + 1, Smoothing)).Where(p => p.Reward is not null).Select(p => p.Reward!.Value)];
            if (window.Length > 0 && window.Average() >= target)
                return curve[i];
        }
        return null;
    }

    private static CurvePoint Point((MetricsRow Row, double Seconds)[] steps)
    {
        MetricsRow last = steps[^1].Row;
        double? Mean(string name)
        {
            double[] values = [.. steps.Where(s => s.Row.Metrics.TryGetValue(name, out double v) && double.IsFinite(v)).Select(s => s.Row.Metrics[name])];
            return values.Length > 0 ? values.Average() : null;
        }
        string[] objectives = [.. last.Metrics.Keys.Where(k => k.StartsWith("rewards/", StringComparison.Ordinal) && k.EndsWith("/mean", StringComparison.Ordinal)).Select(k => k["rewards/".Length..^"/mean".Length])];
        return new CurvePoint
        {
            Step = last.Step,
            GeneratedTokens = (long)last.Metrics.GetValueOrDefault(MetricNames.GeneratedTokens),
            TrainedTokens = (long)last.Metrics.GetValueOrDefault(MetricNames.TrainedTokens),
            Seconds = steps[^1].Seconds,
            Reward = Mean(MetricNames.Reward),
            Objectives = objectives.Select(o => (o, v: Mean(MetricNames.ObjectiveMean(o)))).Where(o => o.v is not null).ToDictionary(o => o.o, o => o.v!.Value),
            Kl = Mean(MetricNames.Kl),
        };
    }
}
