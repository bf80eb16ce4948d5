using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>PPO's pessimistic surrogate: a ratio may gain nothing outside its clip, but may lose.</summary>
/// <remarks>Cost −min(min(r, δ)·A, clip(r, 1 − ε, 1 + ε_high)·A), δ where set. Source: Schulman et al. 2017, arXiv:1707.06347, Eq. 7; δ from arXiv:2505.07291.</remarks>
internal static class ClippedSurrogate
{
    /// <param name="ratio">With gradient, (B, T) or (B, 1).</param>
    /// <param name="advantages">Detached, (B, 1).</param>
    /// <param name="options">Epsilon, EpsilonHigh and Delta.</param>
    /// <returns>The cost, shaped as the ratio.</returns>
    internal static Tensor Cost(Tensor ratio, Tensor advantages, PolicyLossOptions options)
    {
        Tensor clipped = ratio.clamp(1.0 - options.Epsilon, 1.0 + options.UpperEpsilon);
        Tensor capped = options.Delta is { } delta ? ratio.clamp_max(delta) : ratio;
        return -torch.minimum(capped * advantages, clipped * advantages);
    }
}
