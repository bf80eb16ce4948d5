using static System.FormattableString;

namespace Plumbline.Training.Runs;

/// <summary>Says in plain words why a run does not learn, from its recent metrics.</summary>
public static class RunAdvice
{
    /// <summary>Steps that a finding looks back on.</summary>
    public const int Window = 10;

    private const int Fewest = 5;

    /// <summary>Looks at the last <see cref="Window"/> values of each metric. A pure function; all but a NaN loss need five values first.</summary>
    /// <param name="rows">Rows of metrics, oldest first; missing metrics are passed over.</param>
    /// <param name="objectives">The objectives' names.</param>
    /// <returns>What was found, the most urgent first; empty when all is well.</returns>
    public static IReadOnlyList<RunFinding> Examine(IReadOnlyList<MetricsRow> rows, IReadOnlyList<string> objectives)
    {
        RunFinding?[] found = [LossNotFinite(rows), NoGroupVariance(rows), AllTruncated(rows), RewardConstant(rows), ClipEverywhere(rows), KlExploding(rows)];
        IEnumerable<RunFinding> findings = found.OfType<RunFinding>();
        // A constant reward says it for all objectives at once.
        if (!found.Any(finding => finding?.Key == "reward_constant"))
            findings = findings.Concat(objectives.Select(name => ObjectiveWithoutSignal(rows, name)).OfType<RunFinding>());
        return findings.ToArray();
    }

    private static RunFinding? LossNotFinite(IReadOnlyList<MetricsRow> rows) =>
        Last(rows, MetricNames.Loss) is [.., var loss] && !double.IsFinite(loss)
            ? new("loss_not_finite", Invariant($"The loss is {loss}, so the step cannot improve the weights; lower learning_rate, keep max_grad_norm at 1 or below, and look for rewards that are NaN or very large."))
            : null;

    private static RunFinding? NoGroupVariance(IReadOnlyList<MetricsRow> rows) =>
        Mean(rows, MetricNames.FracRewardZeroStd) is > 0.9 and var share
            ? new("no_group_variance", Invariant($"In {share:P0} of the groups all completions earn the same reward, so their advantage is zero and nothing is learned from them; raise temperature or num_generations, choose prompts that are neither hopeless nor already solved, or use a finer reward."))
            : null;

    private static RunFinding? AllTruncated(IReadOnlyList<MetricsRow> rows) =>
        Mean(rows, MetricNames.ClippedRatio) is > 0.95 and var share
            ? new("all_truncated", Invariant($"{share:P0} of the completions are cut off at max_completion_length, so the reward judges unfinished text and ending well is never learned; raise max_completion_length, check that the model knows its end-of-sequence token (an sft run teaches it), or reward shorter answers."))
            : null;

    private static RunFinding? RewardConstant(IReadOnlyList<MetricsRow> rows) =>
        Last(rows, MetricNames.Reward) is { Length: >= Fewest } values && IsConstant(values)
            ? new("reward_constant", Invariant($"The reward has been {values[^1]:0.####} for {values.Length} steps, so no completion is better than another and there is nothing to learn; check with `plumbline score` that the reward source tells good answers from bad ones, and raise temperature so that completions differ."))
            : null;

    private static RunFinding? ClipEverywhere(IReadOnlyList<MetricsRow> rows) =>
        Mean(rows, MetricNames.ClipRegionMean) is > 0.8 and var share
            ? new("clip_everywhere", Invariant($"The clip holds {share:P0} of the tokens, so almost no gradient passes; lower learning_rate or num_iterations, or raise epsilon, and if it is so from the first step, the sampler's log-probabilities do not agree with the trainer's (temperature, adapter)."))
            : null;

    // Source of the scale: aligned policies end at well under 1 nat a token from their reference; beyond, text falls apart.
    private static RunFinding? KlExploding(IReadOnlyList<MetricsRow> rows)
    {
        if (Last(rows, MetricNames.Kl) is not { Length: >= Fewest } values)
            return null;
        double before = values[..(values.Length / 2)].Average(), now = values[^(values.Length / 2)..].Average();
        return now > 10 || (now > 1 && now > 4 * before)
            ? new("kl_exploding", Invariant($"The KL divergence from the reference has grown from {before:0.##} to {now:0.##} nats a token, so the policy leaves the language it knew and may please the reward with babble; raise beta, lower learning_rate, and read the latest completions."))
            : null;
    }

    private static RunFinding? ObjectiveWithoutSignal(IReadOnlyList<MetricsRow> rows, string objective)
    {
        if (Last(rows, MetricNames.ObjectiveMean(objective)) is not { Length: >= Fewest } values)
            return null;
        if (values.All(double.IsNaN))
            return new($"objective_absent/{objective}", $"The objective '{objective}' has applied to no completion for {values.Length} steps, so it teaches nothing; check that its reward source gives a number for these prompts, or take it out of the recipe.");
        return IsConstant(values)
            ? new($"objective_constant/{objective}", Invariant($"The objective '{objective}' has been {values[^1]:0.####} for {values.Length} steps, so it adds nothing to any advantage; check its reward source, choose prompts on which it differs, or take it out of the recipe."))
            : null;
    }

    private static double[] Last(IReadOnlyList<MetricsRow> rows, string name) =>
        rows.Where(row => row.Metrics.ContainsKey(name)).Select(row => row.Metrics[name]).TakeLast(Window).ToArray();

    private static double? Mean(IReadOnlyList<MetricsRow> rows, string name) =>
        Last(rows, name) is { Length: >= Fewest } values ? values.Average() : null;

    private static bool IsConstant(double[] values) =>
        values.Max() - values.Min() <= 1e-6 * Math.Max(1.0, Math.Abs(values[0]));
}
