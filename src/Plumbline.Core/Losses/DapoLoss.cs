namespace Plumbline.Core.Losses;

/// <summary>DAPO: the sum over tokens divided by the tokens of the whole step. Every token of the step weighs the same, however it is cut into micro-batches.</summary>
/// <remarks>Σ m·L / <see cref="PolicyLossOptions.NumItemsInBatch"/>, not divided by the accumulation steps. Source: Yu et al. 2025, arXiv:2503.14476, Eq. 8.</remarks>
public static class DapoLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) => ComposedPolicyLoss.Compute(inputs, options, ComposedPolicyLoss.Clipped, Reduce);

    internal static Tensor Reduce(Tensor cost, Tensor weight, PolicyLossOptions options)
    {
        if ((options.NumItemsInBatch ?? options.Totals?.Tokens) is { } tokens)
            return cost.sum() / tokens;
        if (options.GradientAccumulationSteps > 1)
            throw new ArgumentException(
                $"dapo, cispo and vespo divide by the tokens of the whole step, but num_items_in_batch is not set for {options.GradientAccumulationSteps} micro-batches. Set it to the sum of their masks.",
                nameof(options));
        return cost.sum() / weight.sum().clamp_min(1.0);
    }
}
