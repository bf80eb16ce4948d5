namespace Plumbline.Training.Runs;

/// <summary>The names of metrics: TRL's where the meaning is the same, ours beside them.</summary>
public static class MetricNames
{
    /// <summary>The loss that was minimised.</summary>
    public const string Loss = "loss";

    /// <summary>Mean weighted reward over the step's completions.</summary>
    public const string Reward = "reward";

    /// <summary>Share of groups whose completions all earned the same reward, in [0, 1].</summary>
    public const string FracRewardZeroStd = "frac_reward_zero_std";

    /// <summary>Mean KL divergence from the reference, nats per token.</summary>
    public const string Kl = "kl";

    /// <summary>Mean completion length, tokens.</summary>
    public const string MeanLength = "completions/mean_length";

    /// <summary>Share of completions cut off by the length limit, in [0, 1].</summary>
    public const string ClippedRatio = "completions/clipped_ratio";

    /// <summary>Share of tokens whose ratio the clip holds, in [0, 1].</summary>
    public const string ClipRegionMean = "clip_ratio/region_mean";

    /// <summary>Completion tokens sampled so far.</summary>
    public const string GeneratedTokens = "num_generated_tokens";

    /// <summary>Prompt and completion tokens that went through an update so far, once for every pass.</summary>
    public const string TrainedTokens = "num_trained_tokens";

    /// <summary>Mean |log-probability under the policy − under the sampler| of the sampled tokens, before the first update on them; nats.</summary>
    public const string SamplerGapMean = "sampling/sampling_logp_difference/mean";

    /// <summary>The greatest of these differences, nats.</summary>
    public const string SamplerGapMax = "sampling/sampling_logp_difference/max";

    /// <summary>Norm of the gradient before it was clipped.</summary>
    public const string GradientNorm = "grad_norm";

    /// <summary>The optimiser's learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Seconds that the step took.</summary>
    public const string StepTime = "step_time";

    /// <summary>Completion tokens sampled and learned from, per second.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <summary>What the names of a step's phases begin with: <c>time/rollout</c>, <c>time/score</c>, <c>time/update</c>; seconds.</summary>
    public const string PhasePrefix = "time/";

    /// <summary>The name of an objective's mean: <c>rewards/NAME/mean</c>.</summary>
    public static string ObjectiveMean(string objective) => $"rewards/{objective}/mean";

    /// <summary>The name of the completions that an objective's source failed to score: <c>rewards/NAME/failed</c>.</summary>
    public static string ObjectiveFailures(string objective) => $"rewards/{objective}/failed";

    /// <summary>True for a metric that depends on the clock: two runs of one recipe and seed agree, bit for bit, in all others.</summary>
    public static bool IsTiming(string name) => name is StepTime or TokensPerSecond || name.StartsWith(PhasePrefix, StringComparison.Ordinal);
}
