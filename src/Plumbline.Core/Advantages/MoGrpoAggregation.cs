namespace Plumbline.Core.Advantages;

/// <summary>MO-GRPO: A = Σ_k w_k·Z_k with Z_k the score of objective k in its group. No objective leads by its unit or its spread.</summary>
/// <remarks>Source: arXiv:2509.22047, where every weight is 1.</remarks>
internal static class MoGrpoAggregation
{
    internal static AggregatedRewards Compute(RewardGroups groups, GroupAdvantageOptions options, Tensor? tokens)
    {
        Tensor scores = GroupScores.PerObjective(groups, options);
        Tensor shares = scores * groups.Weights;
        Tensor sum = shares.sum(2L, keepdim: true);
        Tensor undecided = groups.Undecided(sum, shares.abs().amax([2L], keepdim: true), options);
        return new AggregatedRewards(sum.masked_fill(undecided, 0.0), scores, shares, undecided);
    }
}
