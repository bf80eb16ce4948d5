using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>GDPO: <see cref="MoGrpoAggregation"/>'s sum S, then centred and scaled over the batch.</summary>
/// <remarks>
/// Source: arXiv:2601.05242. Over completions with the group's mean as baseline, the batch mean of S is zero by construction, since each
/// Z_k sums to zero in each group; it is subtracted where it need not be. Over response tokens a group that cannot be told apart is moved by it too, as in verl.
/// </remarks>
internal static class NormalizeThenSumAggregation
{
    private const double VarianceEpsilon = 1e-8;

    internal static AggregatedRewards Compute(RewardGroups groups, GroupAdvantageOptions options, Tensor? tokens)
    {
        AggregatedRewards sum = MoGrpoAggregation.Compute(groups, options, tokens);
        return options.BatchNormalization switch
        {
            BatchNormalization.StandardDeviation => OverCompletions(options.Epsilon),
            BatchNormalization.ExactStandardDeviation => OverCompletions(0.0),
            BatchNormalization.ResponseTokens => OverTokens(),
            BatchNormalization.None => sum,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.BatchNormalization, "Not a known last step."),
        };

        AggregatedRewards OverCompletions(double epsilon)
        {
            Tensor std = groups.BatchStd(sum.Advantages, sum.Shares.abs().amax([2L], keepdim: true));
            Tensor divisor = (std + epsilon).masked_fill(std.eq(0.0), 1.0);
            bool centredAlready = options.Baseline == GroupBaseline.Mean && !options.LoneRewardStands;
            return Scaled(centredAlready ? null : groups.Scorable.to(torch.ScalarType.Float64), divisor);
        }

        AggregatedRewards OverTokens()
        {
            Tensor weight = (tokens ?? throw new ArgumentException("The batch is normalised over response tokens, but their counts are missing. Give responseTokens.", nameof(tokens)))
                * groups.Scorable;                                                                              // (P, G, 1)
            Tensor total = weight.sum();
            Tensor mean = (sum.Advantages * weight).sum() / total.clamp_min(1.0);
            Tensor variance = ((sum.Advantages - mean).square() * weight).sum() / (total - 1.0).clamp_min(1.0);
            return Scaled(weight, (variance + VarianceEpsilon).sqrt());
        }

        // Every part is centred by its own mean, so that a row's shares still sum to its advantage.
        AggregatedRewards Scaled(Tensor? weight, Tensor divisor)
        {
            return sum with { Advantages = Part(sum.Advantages), Unweighted = Part(sum.Unweighted), Shares = Part(sum.Shares) };

            Tensor Part(Tensor part) => weight is null
                ? part / divisor
                : (part - (part * weight).sum([0L, 1L], keepdim: true) / weight.sum().clamp_min(1.0)) * groups.Scorable / divisor;
        }
    }
}
