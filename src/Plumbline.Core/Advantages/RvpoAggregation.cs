using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>RVPO: A = −(1/κ)·ln Σ_j v_j·exp(−κ·Z_j), a soft minimum over the objectives' scores, v the weights divided by their sum.</summary>
/// <remarks>
/// Source: arXiv:2605.05750, where every weight is 1 and v_j = 1/M. Weights are ours; over the objectives that a row has. No step over the
/// batch. Advantages of a group need not sum to zero: the soft minimum lies at or below the mean. An objective without spread has Z = 0 and so
/// bounds what the others can give. A share is Z_j times its part in the soft minimum, v_j·exp(−κ·Z_j) over their sum; a row's shares sum to no more than its advantage.
/// </remarks>
internal static class RvpoAggregation
{
    internal static AggregatedRewards Compute(RewardGroups groups, GroupAdvantageOptions options, Tensor? tokens)
    {
        if (groups.Weights.lt(0.0).any().ToBoolean() || groups.Weights.sum().ToDouble() <= 0)
            throw new ArgumentException($"weights are ({string.Join(", ", groups.Weights.cpu().data<double>())}), but rvpo needs weights not below 0 with a sum above 0.", nameof(groups));
        Tensor scores = GroupScores.PerObjective(groups, options);
        Tensor weights = groups.Weights * groups.Present;
        Tensor total = weights.sum(2L, keepdim: true);                                                              // (P, G, 1)
        Tensor exponent = weights.log() - total.log() - options.Kappa * scores;                                     // −∞ where the weight is 0
        Tensor silent = total.eq(0.0).logical_or(scores.abs().amax([1L, 2L], keepdim: true).eq(0.0));
        Tensor advantages = (-exponent.logsumexp(2, true) / options.Kappa).masked_fill(silent, 0.0);
        Tensor shares = exponent.softmax(2).masked_fill(silent, 0.0) * scores;
        return new AggregatedRewards(advantages, scores, shares, groups.Undecided(advantages, scores.abs().amax([2L], keepdim: true), options));
    }
}
