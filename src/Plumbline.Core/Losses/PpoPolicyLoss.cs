using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>PPO's clipped policy loss with one advantage per token: a mean over tokens. To be minimised.</summary>
/// <remarks>
/// With r = exp(logProbs − oldLogProbs), a token costs max(−A·r, −A·clip(r, 1 − ε, 1 + ε)). No entropy term.
/// Source: Schulman et al. 2017, arXiv:1707.06347, Eq. 7.
/// </remarks>
public static class PpoPolicyLoss
{
    /// <summary>Computes the loss, with metrics <c>policy/approxkl_avg</c> (½·mean of squared log-ratios), <c>policy/clipfrac_avg</c>, <c>val/ratio</c>.</summary>
    /// <param name="logProbs">Of the sampled tokens under the policy, nats, float32 or float64, (B, T); the only input that carries gradient.</param>
    /// <param name="oldLogProbs">The same under the policy that sampled, (B, T).</param>
    /// <param name="advantages">One per token, dimensionless, (B, T).</param>
    /// <param name="mask">True where the token counts, bool, (B, T); what stands at false is never read.</param>
    /// <param name="clipRange">ε, in [0, 1].</param>
    /// <param name="tokens">The divisor: counted tokens of all calls that make one update; null = those of this call, at least 1.</param>
    /// <returns>The loss with its metrics, owned by the caller.</returns>
    /// <exception cref="ShapeException">A tensor has not the shape given above.</exception>
    public static PolicyLossOutput Compute(Tensor logProbs, Tensor oldLogProbs, Tensor advantages, Tensor mask, double clipRange, double? tokens = null)
    {
        var shape = Shapes.Matrix(logProbs);
        Shapes.RequireFloat(logProbs);
        Shapes.Require(shape, oldLogProbs);
        Shapes.Require(shape, advantages);
        Shapes.Require(shape, mask);
        Shapes.RequireBool(mask);
        using var scope = torch.NewDisposeScope();
        Tensor outside = mask.logical_not();
        Tensor advantage = advantages.detach().to(logProbs.dtype).masked_fill(outside, 0.0);
        Tensor logRatio = logProbs.masked_fill(outside, 0.0) - oldLogProbs.detach().masked_fill(outside, 0.0);
        Tensor ratio = logRatio.exp();
        Tensor free = -advantage * ratio, held = -advantage * ratio.clamp(1.0 - clipRange, 1.0 + clipRange);
        Tensor loss = torch.maximum(free, held).sum() / (tokens ?? Math.Max(1, Count(mask)));
        var metrics = new Dictionary<string, double>
        {
            ["policy/approxkl_avg"] = TokenMean(logRatio.detach().square() / 2.0, mask),
            ["policy/clipfrac_avg"] = TokenMean(held.gt(free), mask),
            ["val/ratio"] = TokenMean(ratio.detach(), mask),
        };
        return new PolicyLossOutput(loss.MoveToOuterDisposeScope(), metrics, Count(mask));
    }

    internal static long Count(Tensor mask)
    {
        using Tensor count = mask.sum(type: torch.ScalarType.Int64);
        return count.ToInt64();
    }

    /// <summary>The mean of the counted elements; 0 when there are none.</summary>
    internal static double TokenMean(Tensor values, Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        return (values.to(torch.ScalarType.Float64) * mask.to(torch.ScalarType.Float64)).sum().ToDouble() / Math.Max(1, Count(mask));
    }
}
