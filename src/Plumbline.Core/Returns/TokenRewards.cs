using Plumbline.Core.Divergences;
using TorchSharp;

namespace Plumbline.Core.Returns;

/// <summary>The reward of each token in RLHF: less divergence from the reference, and at the end the completion's score.</summary>
/// <remarks>
/// ρ_t = −β·kl_t at the tokens of the completion, 0 after them; the score is added one place after the last token, or at the last
/// token when the completion fills the matrix. Source: Ziegler et al. 2019, arXiv:1909.08593, Eq. 2; the place of the score is TRL's.
/// All results are detached. Owns its tensors.
/// </remarks>
public sealed class TokenRewards : IDisposable
{
    private TokenRewards(Tensor rewards, Tensor kl) => (Rewards, Kl) = (rewards, kl);

    /// <summary>ρ, in the dtype of the log-probabilities, (B, T).</summary>
    public Tensor Rewards { get; }

    /// <summary>The estimate of the divergence per token, nats, 0 outside the mask, (B, T).</summary>
    public Tensor Kl { get; }

    /// <summary>Computes the rewards.</summary>
    /// <param name="logProbs">Of the sampled tokens under the policy that sampled them, nats, float32 or float64, (B, T).</param>
    /// <param name="referenceLogProbs">The same under the frozen reference, (B, T).</param>
    /// <param name="scores">One per completion, float, (B).</param>
    /// <param name="mask">True where the token belongs to the completion, a run of trues from column 0, bool, (B, T); a row may hold none.</param>
    /// <param name="klCoefficient">β, the price of a nat; not below 0.</param>
    /// <param name="estimator">Which estimate of the divergence.</param>
    /// <exception cref="ShapeException">A tensor has not the shape given above.</exception>
    public static TokenRewards Compute(
        Tensor logProbs, Tensor referenceLogProbs, Tensor scores, Tensor mask, double klCoefficient, KlEstimator estimator)
    {
        (long rows, long columns) = Shapes.Matrix(logProbs);
        Shapes.RequireFloat(logProbs);
        Shapes.Require((rows, columns), referenceLogProbs);
        Shapes.Require((rows, columns), mask);
        Shapes.RequireBool(mask);
        Shapes.Require(rows, scores);
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // Padding may hold anything; equal fillings make its divergence 0.
        Tensor padding = mask.logical_not();
        Tensor policy = logProbs.masked_fill(padding, 0.0), reference = referenceLogProbs.to(logProbs.dtype).masked_fill(padding, 0.0);
        Tensor kl = estimator switch
        {
            KlEstimator.K1 => KlEstimators.K1(policy, reference),
            KlEstimator.K3 => KlEstimators.K3(policy, reference),
            _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "Not a known estimator."),
        };
        Tensor end = mask.sum(1L, type: torch.ScalarType.Int64).clamp_max(columns - 1).unsqueeze(1);        // (B, 1)
        Tensor rewards = (kl * -klCoefficient).scatter_add_(1, end, scores.to(logProbs.dtype).unsqueeze(1));
        return new TokenRewards(rewards.DetachFromDisposeScope(), kl.DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rewards.Dispose();
        Kl.Dispose();
    }
}
