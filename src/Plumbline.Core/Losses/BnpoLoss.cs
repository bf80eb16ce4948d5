namespace Plumbline.Core.Losses;

/// <summary>BNPO: the mean over all tokens of the micro-batch. Every token weighs the same within it.</summary>
/// <remarks>
/// Σ m·L / max(Σ m, 1) / gradient accumulation steps. Because the divisor is the micro-batch's own token count, the result
/// depends on how a step is cut into micro-batches, unless <see cref="PolicyLossOptions.Totals"/> is given: then it is the step's. Source: TRL's <c>bnpo</c>.
/// </remarks>
public static class BnpoLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) => ComposedPolicyLoss.Compute(inputs, options, ComposedPolicyLoss.Clipped, Reduce);

    internal static Tensor Reduce(Tensor cost, Tensor weight, PolicyLossOptions options) =>
        options.Totals is { } step ? cost.sum() / step.Tokens : cost.sum() / weight.sum().clamp_min(1.0) / options.GradientAccumulationSteps;
}
