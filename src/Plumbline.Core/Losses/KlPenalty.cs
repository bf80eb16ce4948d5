using Plumbline.Core.Divergences;

namespace Plumbline.Core.Losses;

/// <summary>The KL estimate that a policy loss penalises: k3, at will times the ratio.</summary>
internal static class KlPenalty
{
    /// <param name="logProbs">With gradient, (B, T).</param>
    /// <param name="referenceLogProbs">Detached, (B, T).</param>
    /// <param name="ratio">With gradient, (B, T) or (B, 1).</param>
    /// <param name="biasCorrection">Multiply by the ratio: tokens were sampled by the old policy, the divergence is the present one's.</param>
    /// <param name="clamp">Bounds of the estimate.</param>
    internal static Tensor PerToken(Tensor logProbs, Tensor referenceLogProbs, Tensor ratio, bool biasCorrection, K3Clamp clamp)
    {
        Tensor kl = KlEstimators.K3(logProbs, referenceLogProbs, clamp);
        return biasCorrection ? kl * ratio : kl;
    }
}
