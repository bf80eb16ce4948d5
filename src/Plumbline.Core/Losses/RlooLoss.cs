namespace Plumbline.Core.Losses;

/// <summary>RLOO: PPO's clipped surrogate with one ratio for the whole completion, the product of its tokens' ratios and not their mean.</summary>
/// <remarks>
/// With r = exp(Σ_t m·(logProbs − oldLogProbs)): −mean_i min(r·A, clip(r, 1 − ε, 1 + ε_high)·A) / gradient accumulation steps. A completion
/// without tokens adds 0 and is counted. The KL is in the advantages (see <see cref="Advantages.RlooAdvantages"/>): Beta and the level of the ratio are not read.
/// Source: Ahmadian et al. 2024, arXiv:2402.14740, with the clip that TRL adds.
/// </remarks>
public static class RlooLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ComposedPolicyLoss.Compute(inputs, options with { Beta = 0 }, Cost, GrpoLoss.Reduce);
    }

    private static Tensor Cost(PolicyTerms terms, PolicyLossOptions options, Dictionary<string, double> metrics) =>
        ComposedPolicyLoss.Clipped(terms with { Ratio = terms.LogRatio.sum(1L, keepdim: true).exp() }, options, metrics);
}
