using static System.FormattableString;

namespace Plumbline.Training.Runs;

/// <summary>What a run cost, in the words of its report and its model card.</summary>
internal static class CostRows
{
    /// <summary>Steps, time, tokens where they were counted, memory.</summary>
    public static IReadOnlyList<CostRow> Of(TrainingOutcome outcome, RunFolder folder)
    {
        RunCost? cost = RunCost.Read(folder.CostPath);
        double tokens = outcome.Metrics.GetValueOrDefault("num_tokens");
        return
        [
            new("steps", Invariant($"{outcome.Steps}")),
            new("seconds", Invariant($"{cost?.Seconds ?? outcome.Elapsed.TotalSeconds:F0}")),
            .. cost is null ? [] : new[] { new CostRow("processor seconds, all cores", Invariant($"{cost.ProcessorSeconds:F0}")), new CostRow("peak memory", Invariant($"{cost.PeakMemoryBytes / 1e9:F2} GB")) },
            .. tokens > 0 ? [new CostRow("tokens", Invariant($"{tokens:N0}"))] : Array.Empty<CostRow>(),
        ];
    }
}
