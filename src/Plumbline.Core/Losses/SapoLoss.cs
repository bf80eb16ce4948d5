using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>SAPO: a soft gate in place of the clip. The gradient fades smoothly as the ratio leaves 1, faster where the advantage is negative.</summary>
/// <remarks>
/// A token costs −(4/τ)·σ(τ·(r − 1))·A + β·k3, τ = <see cref="PolicyLossOptions.SapoTemperaturePos"/> where A &gt; 0, else
/// <see cref="PolicyLossOptions.SapoTemperatureNeg"/>; reduced as <see cref="GrpoLoss"/>. At r = 1 the gradient is that of r·A.
/// Source: Gao et al. 2025, arXiv:2511.20347, Eqs. 5 and 6.
/// </remarks>
public static class SapoLoss
{
    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) =>
        ComposedPolicyLoss.Compute(inputs, options, Cost, GrpoLoss.Reduce);

    private static Tensor Cost(PolicyTerms terms, PolicyLossOptions options, Dictionary<string, double> metrics)
    {
        Tensor like = terms.Advantages;
        Tensor temperature = torch.where(
            like.gt(0.0), torch.full_like(like, options.SapoTemperaturePos), torch.full_like(like, options.SapoTemperatureNeg));      // (B, 1)
        return terms.SamplerWeighted(-(temperature * (terms.Ratio - 1.0)).sigmoid() * 4.0 / temperature * terms.Advantages);
    }
}
