using TorchSharp;

namespace Plumbline.Core.Losses.Preference;

/// <summary>Weights of pairs.</summary>
public static class PairWeights
{
    /// <summary>How much a pair looks like the policy's own samples: off-policy pairs then teach less.</summary>
    /// <remarks>
    /// w = exp(mean_t a_t) of the chosen times that of the rejected completion, with a_t = log π(y_t) − log Σ_v π(v)², the token's log-probability
    /// against what the policy would expect of its own sample. Source: Zhou et al. 2024, arXiv:2406.11827, Eq. 2 (WPO, sampled alignment).
    /// </remarks>
    /// <param name="tokenLogProbs">Under the policy, nats, (2P, T): P chosen, then P rejected.</param>
    /// <param name="collisionLogProbs">log Σ_v π(v)² of the distribution each token was predicted from, nats, (2P, T).</param>
    /// <param name="mask">True where the token belongs to the completion, bool, (2P, T).</param>
    /// <returns>(P), detached, positive, owned by the caller.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public static Tensor OnPolicy(Tensor tokenLogProbs, Tensor collisionLogProbs, Tensor mask)
    {
        var shape = Shapes.Matrix(tokenLogProbs);
        Shapes.Require(shape, collisionLogProbs);
        Shapes.Require(shape, mask);
        Shapes.RequireBool(mask);
        SequenceLogProbs.RequirePairs(shape.Rows, nameof(tokenLogProbs));
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor aligned = (tokenLogProbs - collisionLogProbs).masked_fill(mask.logical_not(), 0.0);
        Tensor mean = aligned.sum(1L) / mask.to(aligned.dtype).sum(1L).clamp_min(1.0);                      // (2P)
        return mean.view(2, -1).sum(0L).exp().MoveToOuterDisposeScope();
    }
}
