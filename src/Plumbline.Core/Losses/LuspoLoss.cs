namespace Plumbline.Core.Losses;

/// <summary>LUSPO: the clipped surrogate of a completion times its length, which undoes the weight that a mean over tokens takes from long completions.</summary>
/// <remarks>
/// mean_i(L_i·Σ_t m) / gradient accumulation steps, meant for <see cref="ImportanceSamplingLevel.Sequence"/>. Source: arXiv:2602.05261.
/// With <see cref="PolicyLossOptions.Totals"/> the penalty is mean_i(β·Σ_t m·k3), the same however the step is cut. Without it, as in TRL,
/// the costs of a row are averaged over all its T columns before the length multiplies them: wherever a cost is per token (a penalty, or a
/// ratio per token), padding is read too. Padding that is not finite counts as 0 there.
/// </remarks>
public static class LuspoLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ComposedPolicyLoss.Compute(inputs, options, ComposedPolicyLoss.Clipped, Reduce, readsPadding: options.Totals is null);
    }

    private static Tensor Reduce(Tensor cost, Tensor weight, PolicyLossOptions options) => options.Totals is { } step
        ? cost.sum() / step.Sequences
        : (cost.mean([1L]) * weight.sum(1L)).mean() / options.GradientAccumulationSteps;
}
