using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Online;

/// <summary>The metrics that every online step has: TRL's names, the counts of tokens, and the time of each phase.</summary>
internal static class OnlineMetrics
{
    public static Dictionary<string, double> Of(OnlineStep step, UpdateReport update, IReadOnlyList<double> weights, OnlineState state, StepClock clock)
    {
        var metrics = new Dictionary<string, double>(step.Rewards.Moments(weights))
        {
            ["loss"] = update.Loss,
            ["grad_norm"] = update.GradientNorm,
            ["learning_rate"] = step.LearningRate,
            ["num_tokens"] = state.TokensSeen,
            [MetricNames.GeneratedTokens] = state.TokensGenerated,
            [MetricNames.TrainedTokens] = state.TokensTrained,
            ["skipped_updates"] = update.Skipped,
        };
        foreach ((string name, double value) in step.Rollouts.Lengths().Concat(update.Metrics()))
            metrics[name] = value;
        double total = clock.Total;
        foreach ((string phase, double seconds) in clock.Phases)
            metrics[MetricNames.PhasePrefix + phase] = seconds;
        metrics["step_time"] = total;
        metrics["tokens_per_second"] = step.Rollouts.TokenCount() / total;
        return metrics;
    }

    public static Dictionary<string, double> OfEvaluation(RolloutBatch rollouts, RewardTable rewards, IReadOnlyList<double> weights) =>
        rewards.Moments(weights).Concat(rollouts.Lengths()).ToDictionary(m => "eval_" + m.Key, m => m.Value);
}
