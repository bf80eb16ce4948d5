using Plumbline.Core.Divergences;
using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>REINFORCE leave-one-out: each completion against the mean of the others of its prompt, with the KL inside the reward.</summary>
/// <remarks>
/// R_i = clip(Σ_k w_k·r_ik) − β·Σ_t m·(oldLogProbs − referenceLogProbs), A_i = R_i − mean of the other G − 1; at will A / (std_batch A + 1e-4).
/// Source: Ahmadian et al. 2024, arXiv:2402.14740, Section 3.3, as TRL computes it. TRL also subtracts the batch mean of A when it divides,
/// which is zero by construction. Departure: rewards whose spread is rounding alone give exactly 0.
/// </remarks>
public static class RlooAdvantages
{
    private const double Epsilon = 1e-4;

    /// <summary>Computes advantages, in float64 inside.</summary>
    /// <param name="rewards">Rewards, (B, M), float32 or float64; NaN = not applicable. Rows of one group are adjacent. Detached.</param>
    /// <param name="numGenerations">Completions per prompt, G, at least 1; B is a multiple of it.</param>
    /// <param name="weights">One finite weight per objective, M.</param>
    /// <param name="options">KL, clip and normalisation.</param>
    /// <param name="oldLogProbs">Under the policy that sampled, nats, (B, T); null without a KL.</param>
    /// <param name="referenceLogProbs">Under the reference, nats, (B, T); null without a KL.</param>
    /// <param name="mask">True where the token counts, bool, (B, T); null without a KL. What stands at false is never read.</param>
    /// <returns>The result, owned by the caller. A row without any applicable reward counts in no mean and has advantage 0.</returns>
    /// <exception cref="ShapeException">A tensor has not the shape given above, or rows do not fill whole groups.</exception>
    /// <exception cref="ArgumentException">A reward or weight is infinite, an option is out of range, or log-probabilities for the KL are missing.</exception>
    public static RlooAdvantagesResult Compute(
        Tensor rewards, int numGenerations, IReadOnlyList<double> weights, RlooAdvantageOptions options,
        Tensor? oldLogProbs = null, Tensor? referenceLogProbs = null, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults("options").FirstOrDefault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        using var scope = torch.NewDisposeScope();
        RewardGroups groups = RewardGroups.Of(rewards, numGenerations, weights);
        Tensor sum = groups.Sum;
        if (options.RewardClipRange is { } range)
            sum = sum.clamp(range.Low, range.High);
        Tensor kl = options.Beta == 0 ? torch.zeros_like(sum) : SummedKl(rewards.shape[0], oldLogProbs, referenceLogProbs, mask).reshape(sum.shape);
        Tensor reward = sum - options.Beta * kl;
        Tensor magnitude = torch.maximum(groups.SumMagnitude, (options.Beta * kl).abs());

        Tensor advantages = LeaveOneOutMoments.Compute(reward, groups.Scorable, magnitude, groups.Rounding).Deviation
            .masked_fill(groups.Undecided(reward, magnitude, GroupAdvantageOptions.Trl), 0.0);
        if (options.NormalizeAdvantages)
            advantages /= groups.BatchStd(advantages, magnitude) + Epsilon;
        return new RlooAdvantagesResult(
            Vector(advantages), Vector(reward.masked_fill(groups.Scorable.logical_not(), double.NaN)), Vector(kl));

        Tensor Vector(Tensor values) => values.reshape(-1).to(rewards.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor SummedKl(long rows, Tensor? oldLogProbs, Tensor? referenceLogProbs, Tensor? mask)
    {
        if (oldLogProbs is null || referenceLogProbs is null || mask is null)
            throw new ArgumentException("beta is not 0, but oldLogProbs, referenceLogProbs or mask is missing. Give all three, or set beta to 0.", nameof(oldLogProbs));
        var shape = Shapes.Matrix(oldLogProbs);
        Shapes.RequireCount(rows, shape.Rows, nameof(oldLogProbs));
        Shapes.Require(shape, referenceLogProbs);
        Shapes.Require(shape, mask);
        Shapes.RequireBool(mask);
        Tensor padding = mask.logical_not();
        Tensor old = oldLogProbs.detach().to(torch.ScalarType.Float64).masked_fill(padding, 0.0);
        Tensor reference = referenceLogProbs.detach().to(torch.ScalarType.Float64).masked_fill(padding, 0.0);
        return KlEstimators.K1(old, reference).sum(1L);
    }
}
