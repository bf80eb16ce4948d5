using Plumbline.Core.Divergences;

namespace Plumbline.Core.Losses;

/// <summary>Settings of the policy losses, with TRL's names and defaults. A loss reads those that its formula holds.</summary>
public sealed record PolicyLossOptions
{
    /// <summary>ε, the width of the ratio's clip below 1; dimensionless, in [0, 1].</summary>
    public double Epsilon { get; init; } = 0.2;

    /// <summary>The width of the clip above 1 (for <see cref="CispoLoss"/> the cap on the ratio itself, usually 5); null = <see cref="Epsilon"/>. DAPO (arXiv:2503.14476) takes 0.28.</summary>
    public double? EpsilonHigh { get; init; }

    /// <summary>A cap on the ratio where the clip does not hold it, above 1 + ε; null = none (INTELLECT-2, arXiv:2505.07291).</summary>
    public double? Delta { get; init; }

    /// <summary>β, the weight of the KL penalty to the reference; 0 = no penalty, and no reference is needed.</summary>
    public double Beta { get; init; }

    /// <summary>Over what the ratio is taken.</summary>
    public ImportanceSamplingLevel ImportanceSamplingLevel { get; init; } = ImportanceSamplingLevel.Token;

    /// <summary>Multiplies the KL estimate by the ratio, which makes it unbiased under the policy (DeepSeek-V3.2).</summary>
    public bool UseBiasCorrectionKl { get; init; }

    /// <summary>Bounds on the KL estimate; TRL has none.</summary>
    public K3Clamp KlClamp { get; init; } = K3Clamp.None;

    /// <summary>Weight of the mean entropy per token that is taken from the loss, nats⁻¹; 0 = no bonus.</summary>
    public double EntropyCoef { get; init; }

    /// <summary>The fraction of counted tokens, those of highest entropy, that stay in the surrogate, in [0, 1]; 1 = all (arXiv:2506.01939 takes 0.2). The penalty keeps all.</summary>
    public double TopEntropyQuantile { get; init; } = 1.0;

    /// <summary>Completions with A &lt; 0 whose mean of samplerLogProbs − logProbs exceeds this, nats per token, leave the surrogate; null = none does (arXiv:2512.02556).</summary>
    public double? OffPolicyMaskThreshold { get; init; }

    /// <summary>How a foreign sampler's ratio is held; null = it is ignored. Ignored without <see cref="PolicyLossInputs.SamplerLogProbs"/>.</summary>
    public SamplerCorrection? SamplerCorrection { get; init; } = new();

    /// <summary>sapo's τ where A &gt; 0; above 0.</summary>
    public double SapoTemperaturePos { get; init; } = 1.0;

    /// <summary>sapo's τ where A ≤ 0; above 0.</summary>
    public double SapoTemperatureNeg { get; init; } = 1.05;

    /// <summary>vespo's k where A ≥ 0; not negative.</summary>
    public double VespoKPos { get; init; } = 2.0;

    /// <summary>vespo's λ where A ≥ 0; above 0.</summary>
    public double VespoLambdaPos { get; init; } = 3.0;

    /// <summary>vespo's k where A &lt; 0; not negative.</summary>
    public double VespoKNeg { get; init; } = 3.0;

    /// <summary>vespo's λ where A &lt; 0; above 0.</summary>
    public double VespoLambdaNeg { get; init; } = 2.0;

    /// <summary>The longest completion that may be sampled, tokens; dr_grpo's divisor.</summary>
    public int? MaxCompletionLength { get; init; }

    /// <summary>How many micro-batches make one step; losses that average over the micro-batch divide by it.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Counted tokens of all micro-batches of the step (per process); dapo's divisor. Null = this micro-batch is the whole step.</summary>
    public double? NumItemsInBatch { get; init; }

    /// <summary>The whole step's size; null means this call is the step, or <see cref="GradientAccumulationSteps"/> calls like it. It replaces that divisor.</summary>
    public StepTotals? Totals { get; init; }

    /// <summary>The width above 1 in force.</summary>
    internal double UpperEpsilon => EpsilonHigh ?? Epsilon;

    /// <summary>Every fault of these settings, in words for the person who wrote them.</summary>
    /// <param name="path">Where they stand, such as <c>grpo</c>.</param>
    public IEnumerable<string> Faults(string path)
    {
        if (Epsilon is not (>= 0 and <= 1))
            yield return $"{path}.epsilon is {Epsilon}, but the clip's lower width must lie between 0 and 1. A usual value is 0.2.";
        if (EpsilonHigh is not (null or (>= 0 and < double.PositiveInfinity)))
            yield return $"{path}.epsilon_high is {EpsilonHigh}, but the clip's upper width must be a number not below 0. A usual value is 0.28.";
        if (Delta is not (null or (> 0 and < double.PositiveInfinity)))
            yield return $"{path}.delta is {Delta}, but the cap on the ratio must be above 0, and is meant to be above 1 + epsilon_high. Leave it out for no cap.";
        if (Beta is not (>= 0 and < double.PositiveInfinity))
            yield return $"{path}.beta is {Beta}, but the KL weight must be a number not below 0. A usual value is 0.04; 0 means no reference.";
        if (!double.IsFinite(EntropyCoef))
            yield return $"{path}.entropy_coef is {EntropyCoef}, but must be a finite number. 0 means no bonus; a usual value is 0.001.";
        if (TopEntropyQuantile is not (>= 0 and <= 1))
            yield return $"{path}.top_entropy_quantile is {TopEntropyQuantile}, but must lie between 0 and 1. 1 keeps all tokens; a usual value is 0.2.";
        if (OffPolicyMaskThreshold is { } threshold && !double.IsFinite(threshold))
            yield return $"{path}.off_policy_mask_threshold is {threshold}, but must be a finite number. Leave it out for no mask.";
        foreach ((string name, double value) in new[] { ("sapo_temperature_pos", SapoTemperaturePos), ("sapo_temperature_neg", SapoTemperatureNeg), ("vespo_lambda_pos", VespoLambdaPos), ("vespo_lambda_neg", VespoLambdaNeg) })
            if (value is not (> 0 and < double.PositiveInfinity))
                yield return $"{path}.{name} is {value}, but must be a number above 0. Usual values are 1 to 3.";
        foreach ((string name, double value) in new[] { ("vespo_k_pos", VespoKPos), ("vespo_k_neg", VespoKNeg) })
            if (value is not (>= 0 and < double.PositiveInfinity))
                yield return $"{path}.{name} is {value}, but must be a number not below 0. Usual values are 2 and 3.";
        foreach (string fault in KlClamp.Faults(path + ".kl_clamp").Concat(SamplerCorrection?.Faults(path + ".sampler_correction") ?? []))
            yield return fault;
        if (MaxCompletionLength is <= 0)
            yield return $"{path}.max_completion_length is {MaxCompletionLength}, but must be at least 1 token.";
        if (GradientAccumulationSteps < 1)
            yield return $"{path}.gradient_accumulation_steps is {GradientAccumulationSteps}, but must be at least 1.";
        if (NumItemsInBatch is not (null or (> 0 and < double.PositiveInfinity)))
            yield return $"{path}.num_items_in_batch is {NumItemsInBatch}, but must be a count of tokens above 0.";
    }

    internal void RequireSound()
    {
        if (Faults("options").FirstOrDefault() is { } fault)
            throw new ArgumentException(fault);
    }
}
