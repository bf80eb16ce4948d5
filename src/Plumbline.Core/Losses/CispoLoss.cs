namespace Plumbline.Core.Losses;

/// <summary>CISPO: REINFORCE weighted by a capped ratio that carries no gradient, so that every token is learnt from, however far its ratio has gone.</summary>
/// <remarks>
/// With r the ratio and c = <see cref="PolicyLossOptions.EpsilonHigh"/>, here the cap itself and not a width, a token costs
/// −sg[min(r, c)]·A·log-prob + β·k3; reduced as <see cref="DapoLoss"/>. Metric <c>cispo_clip_ratio</c>: the fraction of counted
/// tokens (completions, when the ratio is per completion) with r above c under A &gt; 0.
/// Source: MiniMax-M1, arXiv:2506.13585, Eqs. 4 and 5. Departure: without EpsilonHigh the cap is 5, the value recommended for it;
/// TRL would take ε = 0.2 and damp every token.
/// </remarks>
public static class CispoLoss
{
    private const double UsualCap = 5.0;

    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) =>
        ComposedPolicyLoss.Compute(inputs, options, Cost, DapoLoss.Reduce);

    private static Tensor Cost(PolicyTerms terms, PolicyLossOptions options, Dictionary<string, double> metrics)
    {
        double cap = options.EpsilonHigh ?? UsualCap;
        Tensor ratio = terms.Ratio.detach();
        metrics["cispo_clip_ratio"] = terms.Mean(ratio.gt(cap).logical_and(terms.Advantages.gt(0.0)).to(ratio.dtype));
        return terms.SamplerWeighted(-ratio.clamp_max(cap) * terms.Advantages * terms.LogProbs);
    }
}
