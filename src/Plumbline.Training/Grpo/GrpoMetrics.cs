using Plumbline.Core.Advantages;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Grpo;

/// <summary>The metrics of a GRPO step: TRL's names, and beside them each objective's share of the advantage and the time of each phase.</summary>
internal static class GrpoMetrics
{
    public static Dictionary<string, double> Of(
        RolloutBatch rollouts, RewardTable rewards, GroupAdvantagesResult advantages, IReadOnlyList<double> weights, UpdateReport update,
        double learningRate, long tokensSeen, StepClock clock)
    {
        var metrics = new Dictionary<string, double>(rewards.Moments(weights))
        {
            ["loss"] = update.Loss,
            ["grad_norm"] = update.GradientNorm,
            ["learning_rate"] = learningRate,
            ["frac_reward_zero_std"] = advantages.FracRewardZeroStd,
            ["num_tokens"] = tokensSeen,
            ["skipped_updates"] = update.Skipped,
        };
        for (int k = 0; k < rewards.Objectives.Count; k++)
        {
            metrics[$"advantage_share/{rewards.Objectives[k]}/weighted"] = advantages.WeightedShares[k];
            metrics[$"advantage_share/{rewards.Objectives[k]}/raw"] = advantages.RawShares[k];
        }
        foreach ((string name, double value) in rollouts.Lengths().Concat(update.Metrics()))
            metrics[name] = value;
        double total = clock.Total;
        foreach ((string phase, double seconds) in clock.Phases)
            metrics[MetricNames.PhasePrefix + phase] = seconds;
        metrics["step_time"] = total;
        metrics["tokens_per_second"] = rollouts.TokenCount() / total;
        return metrics;
    }

    public static Dictionary<string, double> OfEvaluation(RolloutBatch rollouts, RewardTable rewards, IReadOnlyList<double> weights) =>
        rewards.Moments(weights).Concat(rollouts.Lengths()).ToDictionary(m => "eval_" + m.Key, m => m.Value);
}
