using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>Leaves out bad completions that the policy has moved away from: they would push it further still (DeepSeek-V3.2, arXiv:2512.02556, Eq. 9).</summary>
/// <remarks>A completion stays if A ≥ 0, or if the mean over its tokens of samplerLogProbs − logProbs is at most the threshold.</remarks>
public static class OffPolicyMask
{
    /// <summary>True where the completion stays in the surrogate.</summary>
    /// <param name="logProbs">Under the policy, nats, finite, (B, T).</param>
    /// <param name="samplerLogProbs">Under the policy that sampled, nats, finite, (B, T).</param>
    /// <param name="advantages">Dimensionless, (B).</param>
    /// <param name="mask">True where the token counts, bool, (B, T); what stands at false must be finite and adds nothing.</param>
    /// <param name="threshold">Nats per token, of either sign.</param>
    /// <returns>bool, (B, 1), detached, owned by the caller.</returns>
    /// <exception cref="ShapeException">A tensor has not the shape given above.</exception>
    public static Tensor Keep(Tensor logProbs, Tensor samplerLogProbs, Tensor advantages, Tensor mask, double threshold)
    {
        var shape = Shapes.Matrix(logProbs);
        Shapes.Require(shape, samplerLogProbs);
        Shapes.Require(shape, mask);
        Shapes.Require(shape.Rows, advantages);
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor weight = mask.to(logProbs.dtype);
        Tensor drift = ((samplerLogProbs - logProbs) * weight).sum(1L, keepdim: true) / weight.sum(1L, keepdim: true).clamp_min(1.0);
        return drift.le(threshold).logical_or(advantages.ge(0.0).unsqueeze(1)).MoveToOuterDisposeScope();
    }
}
