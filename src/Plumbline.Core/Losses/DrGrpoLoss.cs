namespace Plumbline.Core.Losses;

/// <summary>Dr. GRPO: the sum over tokens divided by a constant, so that length neither dilutes nor concentrates the gradient.</summary>
/// <remarks>
/// Σ m·L / (B · <see cref="PolicyLossOptions.MaxCompletionLength"/>) / gradient accumulation steps.
/// Source: Liu et al. 2025, arXiv:2503.20783, Section 3.2.
/// </remarks>
public static class DrGrpoLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) => ComposedPolicyLoss.Compute(inputs, options, ComposedPolicyLoss.Clipped, Reduce);

    internal static Tensor Reduce(Tensor cost, Tensor weight, PolicyLossOptions options)
    {
        double length = options.MaxCompletionLength
            ?? throw new ArgumentException("dr_grpo divides by max_completion_length, but it is not set. Set it to the longest completion that is sampled.", nameof(options));
        return cost.sum() / length / (options.Totals?.Sequences ?? cost.shape[0] * options.GradientAccumulationSteps);
    }
}
