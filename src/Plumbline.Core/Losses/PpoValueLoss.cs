using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>PPO's clipped value loss: half the mean over states of the worse of two squared errors. To be minimised.</summary>
/// <remarks>
/// A state costs ½·max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²): a value that has moved further than ε gains nothing by moving on.
/// Source: Schulman et al. 2015, arXiv:1506.02438, in the clipped form of OpenAI's baselines (arXiv:2005.12729, Section 3).
/// </remarks>
public static class PpoValueLoss
{
    /// <summary>Computes the loss, with metric <c>val/clipfrac_avg</c>: the share of states where the clip holds.</summary>
    /// <param name="values">The critic's values, in the unit of the returns, float32 or float64, (B, T); the only input that carries gradient.</param>
    /// <param name="oldValues">The values when the rollouts were made, (B, T).</param>
    /// <param name="returns">What they should have been, (B, T).</param>
    /// <param name="mask">True where the state counts, as <see cref="Returns.ValueMask"/> says, bool, (B, T); what stands at false is never read.</param>
    /// <param name="clipRange">ε, in the unit of the returns, not below 0; null = no clip.</param>
    /// <param name="states">The divisor: counted states of all calls that make one update; null = those of this call, at least 1.</param>
    /// <returns>The loss with its metrics, owned by the caller; <c>Tokens</c> counts states.</returns>
    /// <exception cref="ShapeException">A tensor has not the shape given above.</exception>
    public static PolicyLossOutput Compute(Tensor values, Tensor oldValues, Tensor returns, Tensor mask, double? clipRange, double? states = null)
    {
        var shape = Shapes.Matrix(values);
        Shapes.RequireFloat(values);
        Shapes.Require(shape, oldValues);
        Shapes.Require(shape, returns);
        Shapes.Require(shape, mask);
        Shapes.RequireBool(mask);
        using var scope = torch.NewDisposeScope();
        Tensor outside = mask.logical_not();
        Tensor value = values.masked_fill(outside, 0.0);
        Tensor old = oldValues.detach().to(values.dtype).masked_fill(outside, 0.0), target = returns.detach().to(values.dtype).masked_fill(outside, 0.0);
        Tensor free = (value - target).square();
        Tensor held = clipRange is { } range ? (value.clamp(old - range, old + range) - target).square() : free;
        Tensor loss = torch.maximum(free, held).sum() / (2.0 * (states ?? Math.Max(1, PpoPolicyLoss.Count(mask))));
        var metrics = new Dictionary<string, double> { ["val/clipfrac_avg"] = PpoPolicyLoss.TokenMean(held.gt(free), mask) };
        return new PolicyLossOutput(loss.MoveToOuterDisposeScope(), metrics, PpoPolicyLoss.Count(mask));
    }
}
