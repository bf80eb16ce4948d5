namespace Plumbline.Core.Losses;

/// <summary>GRPO: the mean over the tokens of each completion, then over completions. Every completion weighs the same, so a long one's tokens weigh less.</summary>
/// <remarks>
/// With L the clipped surrogate plus penalty per token: mean_i[Σ_t m·L / max(Σ_t m, 1)] / gradient accumulation steps.
/// A completion without tokens adds 0 and is counted. Source: Shao et al. 2024, arXiv:2402.03300, Eqs. 3 and 4.
/// </remarks>
public static class GrpoLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) => ComposedPolicyLoss.Compute(inputs, options, ComposedPolicyLoss.Clipped, Reduce);

    internal static Tensor Reduce(Tensor cost, Tensor weight, PolicyLossOptions options) =>
        (cost.sum(1L) / weight.sum(1L).clamp_min(1.0)).sum() / (options.Totals?.Sequences ?? cost.shape[0] * options.GradientAccumulationSteps);
}
