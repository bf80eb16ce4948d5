namespace Plumbline.Core.Losses;

/// <summary>Settings of the policy losses, with TRL's names and defaults. A loss reads those that its formula holds.</summary>
public sealed record PolicyLossOptions
{
    /// <summary>ε, the width of the ratio's clip below 1; dimensionless, in [0, 1].</summary>
    public double Epsilon { get; init; } = 0.2;

    /// <summary>The width of the clip above 1; null = <see cref="Epsilon"/>. DAPO (arXiv:2503.14476) takes 0.28.</summary>
    public double? EpsilonHigh { get; init; }

    /// <summary>A cap on the ratio where the clip does not hold it, above 1 + ε; null = none (INTELLECT-2, arXiv:2505.07291).</summary>
    public double? Delta { get; init; }

    /// <summary>β, the weight of the KL penalty to the reference; 0 = no penalty, and no reference is needed.</summary>
    public double Beta { get; init; }

    /// <summary>Over what the ratio is taken.</summary>
    public ImportanceSamplingLevel ImportanceSamplingLevel { get; init; } = ImportanceSamplingLevel.Token;

    /// <summary>Multiplies the KL estimate by the ratio, which makes it unbiased under the policy (DeepSeek-V3.2).</summary>
    public bool UseBiasCorrectionKl { get; init; }

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
