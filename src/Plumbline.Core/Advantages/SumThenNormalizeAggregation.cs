namespace Plumbline.Core.Advantages;

/// <summary>GRPO: R = Σ_k w_k·r_k, A = (R − baseline) / (s + ε), s the spread of R in the group or the batch, or no division.</summary>
internal static class SumThenNormalizeAggregation
{
    internal static AggregatedRewards Compute(RewardGroups groups, GroupAdvantageOptions options, Tensor? tokens)
    {
        Tensor sum = groups.Sum, magnitude = groups.SumMagnitude;
        Tensor centred = GroupScores.Moments(groups.Values, groups.Scorable.expand_as(groups.Values), groups.Values, groups.Rounding, options).Deviation;
        Tensor unweighted = options.Scale switch
        {
            ScaleRewards.Group => ByGroup(),
            ScaleRewards.Batch => ByBatch(),
            ScaleRewards.None => centred,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Scale, "Not a known way to scale rewards."),
        };
        Tensor shares = unweighted * groups.Weights;
        Tensor undecided = groups.Undecided(sum, magnitude, options);
        return new AggregatedRewards(shares.sum(2L, keepdim: true).masked_fill(undecided, 0.0), unweighted, shares, undecided);

        Tensor ByGroup()
        {
            Tensor std = GroupScores.Moments(sum, groups.Scorable, magnitude, groups.Rounding, options).Std;
            return GroupScores.Scaled(centred, std.clamp_min(options.StdFloor), std, options.Epsilon);
        }

        Tensor ByBatch()
        {
            Tensor std = groups.BatchStd(sum, magnitude);
            return GroupScores.Scaled(centred, std, std, options.Epsilon);
        }
    }
}
