using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>Advantages from a table of rewards: each completion is compared with the others of its prompt.</summary>
/// <remarks>
/// Moments are over rows that have the value, standard deviations unbiased. The formulas stand with each <see cref="RewardAggregation"/>;
/// what implementations do differently is in <see cref="GroupAdvantageOptions"/>. Sources: Shao et al. 2024 (arXiv:2402.03300), GDPO (arXiv:2601.05242),
/// MO-GRPO (arXiv:2509.22047), RVPO (arXiv:2605.05750).
/// Departures from TRL: a spread that is no more than the rounding of the rewards counts as none (in float32 it would be
/// amplified by a small divisor); a group of one has advantage 0, not NaN; <see cref="GroupAdvantagesResult.FracRewardZeroStd"/>
/// speaks of groups in every aggregation.
/// </remarks>
public static class GroupAdvantages
{
    private static readonly Dictionary<RewardAggregation, AggregatedRewards.Function> Aggregations = new()
    {
        [RewardAggregation.SumThenNormalize] = SumThenNormalizeAggregation.Compute,
        [RewardAggregation.NormalizeThenSum] = NormalizeThenSumAggregation.Compute,
        [RewardAggregation.MoGrpo] = MoGrpoAggregation.Compute,
        [RewardAggregation.Rvpo] = RvpoAggregation.Compute,
    };

    /// <summary>Computes advantages with TRL's settings.</summary>
    /// <inheritdoc cref="Compute(Tensor, int, IReadOnlyList{double}, GroupAdvantageOptions, Tensor?)"/>
    /// <param name="rewards">Rewards, (B, M), float32 or float64; NaN = not applicable. Rows of one group are adjacent. Detached.</param>
    /// <param name="numGenerations">Completions per prompt, G, at least 1; B is a multiple of it.</param>
    /// <param name="weights">One finite weight per objective, M; they need not sum to one.</param>
    /// <param name="scale">The divisor; only <see cref="RewardAggregation.SumThenNormalize"/> reads it.</param>
    /// <param name="aggregation">How objectives become one advantage.</param>
    public static GroupAdvantagesResult Compute(
        Tensor rewards, int numGenerations, IReadOnlyList<double> weights, ScaleRewards scale, RewardAggregation aggregation) =>
        Compute(rewards, numGenerations, weights, GroupAdvantageOptions.Trl with { Scale = scale, Aggregation = aggregation });

    /// <summary>Computes advantages, and what each objective contributed to them, in float64 inside.</summary>
    /// <param name="rewards">Rewards, (B, M), float32 or float64; NaN = not applicable. Rows of one group are adjacent. Detached.</param>
    /// <param name="numGenerations">Completions per prompt, G, at least 1; B is a multiple of it.</param>
    /// <param name="weights">One finite weight per objective, M; they need not sum to one. <see cref="RewardAggregation.Rvpo"/> wants none below 0.</param>
    /// <param name="options">Baseline, divisor and aggregation.</param>
    /// <param name="responseTokens">Counted tokens of each completion, any number type, (B); wanted by <see cref="BatchNormalization.ResponseTokens"/> alone.</param>
    /// <returns>The result, owned by the caller. A row without any applicable reward counts in no mean and has advantage 0.</returns>
    /// <exception cref="ShapeException">Rewards are no matrix, rows do not fill whole groups, or weights or token counts do not fit.</exception>
    /// <exception cref="ArgumentException">A reward or weight is infinite, the dtype is neither float32 nor float64, an option is out of range, or token counts are missing.</exception>
    public static GroupAdvantagesResult Compute(
        Tensor rewards, int numGenerations, IReadOnlyList<double> weights, GroupAdvantageOptions options, Tensor? responseTokens = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults("options").FirstOrDefault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        using var scope = torch.NewDisposeScope();
        RewardGroups groups = RewardGroups.Of(rewards, numGenerations, weights);
        var (b, m) = Shapes.Matrix(rewards);
        if (responseTokens is not null)
            Shapes.Require(b, responseTokens);
        Tensor? tokens = responseTokens?.detach().to(torch.ScalarType.Float64).reshape(-1, numGenerations, 1);
        if (!Aggregations.TryGetValue(options.Aggregation, out AggregatedRewards.Function? aggregate))
            throw new ArgumentOutOfRangeException(nameof(options), options.Aggregation, "Not a known aggregation.");

        AggregatedRewards aggregated = aggregate(groups, options, tokens);
        Tensor total = groups.Sum.masked_fill(groups.Scorable.logical_not(), double.NaN);
        return new GroupAdvantagesResult(
            aggregated.Advantages.reshape(b).to(rewards.dtype).MoveToOuterDisposeScope(),
            total.reshape(b).to(rewards.dtype).MoveToOuterDisposeScope(),
            aggregated.Shares.reshape(b, m).to(rewards.dtype).MoveToOuterDisposeScope())
        {
            RawShares = Fractions(aggregated.Unweighted),
            WeightedShares = Fractions(aggregated.Shares),
            FracRewardZeroStd = aggregated.Undecided.to(torch.ScalarType.Float64).mean().item<double>(),
        };
    }

    private static double[] Fractions(Tensor parts)
    {
        double[] sizes = parts.abs().mean([0L, 1L]).cpu().data<double>().ToArray();
        double total = sizes.Sum();
        return [.. sizes.Select(s => total > 0 ? s / total : 0.0)];
    }
}
