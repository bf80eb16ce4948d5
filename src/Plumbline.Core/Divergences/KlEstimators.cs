using TorchSharp;

namespace Plumbline.Core.Divergences;

/// <summary>Per-token estimators of KL(policy ‖ reference) from tokens that the policy sampled.</summary>
/// <remarks>
/// With d = referenceLogProbs − logProbs. Source: Schulman 2020, "Approximating KL divergence"
/// (joschu.net/blog/kl-approx.html). Every estimator is elementwise: any shape, float32 or float64,
/// nats; gradient flows through both inputs; the caller owns the result.
/// </remarks>
public static class KlEstimators
{
    /// <summary>k1 = −d: unbiased, of either sign, of high variance.</summary>
    /// <param name="logProbs">Log-probabilities under the policy, nats.</param>
    /// <param name="referenceLogProbs">The same tokens under the reference, same shape.</param>
    public static Tensor K1(Tensor logProbs, Tensor referenceLogProbs)
    {
        ArgumentNullException.ThrowIfNull(logProbs);
        return logProbs - referenceLogProbs;
    }

    /// <summary>k2 = d² / 2: biased, never negative; its gradient is an unbiased estimate of the KL's gradient.</summary>
    /// <inheritdoc cref="K1"/>
    public static Tensor K2(Tensor logProbs, Tensor referenceLogProbs)
    {
        using Tensor gap = K1(logProbs, referenceLogProbs);
        using Tensor squared = gap * gap;
        return squared / 2.0;
    }

    /// <summary>k3 = exp(d) − 1 − d: unbiased and never negative; GRPO's penalty (arXiv:2402.03300, Eq. 4).</summary>
    /// <param name="logProbs">Log-probabilities under the policy, nats.</param>
    /// <param name="referenceLogProbs">The same tokens under the reference, same shape.</param>
    /// <param name="clamp">Bounds on d and on the estimate; null = none, as in TRL.</param>
    public static Tensor K3(Tensor logProbs, Tensor referenceLogProbs, K3Clamp? clamp = null)
    {
        ArgumentNullException.ThrowIfNull(referenceLogProbs);
        using var scope = torch.NewDisposeScope();
        Tensor gap = referenceLogProbs - logProbs;
        if (clamp?.Input is { } input)
            gap = gap.clamp(-input, input);
        Tensor estimate = gap.expm1() - gap;
        if (clamp?.Output is { } output)
            estimate = estimate.clamp(-output, output);
        return estimate.MoveToOuterDisposeScope();
    }
}
