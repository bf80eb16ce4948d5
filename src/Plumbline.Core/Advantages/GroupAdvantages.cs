using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>Advantages from a table of rewards: each completion is compared with the others of its prompt.</summary>
/// <remarks>
/// With w the weights, all moments over rows that have the value, std unbiased, e = 1e-4:
/// sum_then_normalize: R = Σ_k w_k·r_k, A = (R − mean_group R) / (s + e), s the std of R in the group or the batch, or no division;
/// normalize_then_sum: Z_k = (r_k − mean_group r_k) / (std_group r_k + e), S = Σ_k w_k·Z_k, A = S / (std_batch S + e).
/// Sources: Shao et al. 2024 (arXiv:2402.03300) and GDPO (arXiv:2601.05242), as TRL computes them.
/// GDPO also subtracts the batch mean of S, which is zero by construction, since each Z_k sums to zero in each group.
/// Departures from TRL: a spread that is no more than the rounding of the rewards counts as none (in float32 it would be
/// amplified by a small divisor); a group of one has advantage 0, not NaN; <see cref="GroupAdvantagesResult.FracRewardZeroStd"/>
/// speaks of groups in both aggregations.
/// </remarks>
public static class GroupAdvantages
{
    private const double Epsilon = 1e-4;

    /// <summary>Computes advantages, and what each objective contributed to them, in float64 inside.</summary>
    /// <param name="rewards">Rewards, (B, M), float32 or float64; NaN = not applicable. Rows of one group are adjacent. Detached.</param>
    /// <param name="numGenerations">Completions per prompt, G, at least 1; B is a multiple of it.</param>
    /// <param name="weights">One finite weight per objective, M; they need not sum to one.</param>
    /// <param name="scale">The divisor; <see cref="RewardAggregation.NormalizeThenSum"/> ignores it.</param>
    /// <param name="aggregation">Whether objectives are weighted before or after normalisation.</param>
    /// <returns>The result, owned by the caller. A row without any applicable reward counts in no mean and has advantage 0.</returns>
    /// <exception cref="ShapeException">Rewards are no matrix, rows do not fill whole groups, or the weights are not M.</exception>
    /// <exception cref="ArgumentException">A reward or weight is infinite, or the dtype is neither float32 nor float64.</exception>
    public static GroupAdvantagesResult Compute(
        Tensor rewards, int numGenerations, IReadOnlyList<double> weights, ScaleRewards scale, RewardAggregation aggregation)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(numGenerations, 1);
        var (b, m) = Shapes.Matrix(rewards);
        Shapes.RequireFloat(rewards);
        Shapes.RequireCount(m, weights.Count, nameof(weights));
        if (b == 0 || m == 0 || b % numGenerations != 0)
            throw new ShapeException($"({b}, {m})", $"whole groups of {numGenerations} rows and at least one objective", nameof(rewards));
        if (weights.Any(w => !double.IsFinite(w)))
            throw new ArgumentException($"weights are ({string.Join(", ", weights)}), but each must be a finite number.", nameof(weights));
        using var scope = torch.NewDisposeScope();
        RequireNoInfinity(rewards);

        double rounding = rewards.dtype == torch.ScalarType.Float32 ? Math.ScaleB(1, -21) : Math.ScaleB(1, -50);
        Tensor table = rewards.detach().to(torch.ScalarType.Float64).reshape(-1, numGenerations, m);     // (P, G, M)
        Tensor present = table.isnan().logical_not();
        Tensor scorable = present.any(2, keepdim: true);                                                 // (P, G, 1)
        Tensor values = table.nan_to_num(0.0);
        Tensor weight = torch.tensor(weights.ToArray(), dtype: torch.ScalarType.Float64, device: rewards.device);

        Tensor unweighted;      // centred and scaled, each objective before its weight, (P, G, M)
        Tensor groupStd;        // (P, 1, 1)
        if (aggregation == RewardAggregation.SumThenNormalize)
        {
            Tensor centred = MaskedMoments.Compute(values, scorable.expand_as(values), values, rounding).Deviation;
            Tensor sum = (values * weight).sum(2L, keepdim: true);
            Tensor magnitude = (values * weight).abs().amax([2L], keepdim: true);
            groupStd = MaskedMoments.Compute(sum, scorable, magnitude, rounding).Std;
            unweighted = scale switch
            {
                ScaleRewards.Group => centred / (groupStd + Epsilon),
                ScaleRewards.Batch => centred / (BatchStd(sum, scorable, magnitude, rounding) + Epsilon),
                ScaleRewards.None => centred,
                _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "Not a known way to scale rewards."),
            };
        }
        else
        {
            var (deviation, std) = MaskedMoments.Compute(values, present, values, rounding);
            Tensor normalised = deviation / (std + Epsilon);
            Tensor sum = (normalised * weight).sum(2L, keepdim: true);
            Tensor magnitude = (normalised * weight).abs().amax([2L], keepdim: true);
            groupStd = MaskedMoments.Compute(sum, scorable, magnitude, rounding).Std;
            unweighted = normalised / (BatchStd(sum, scorable, magnitude, rounding) + Epsilon);
        }

        Tensor undecided = groupStd.eq(0.0);
        Tensor shares = unweighted * weight;
        Tensor advantages = shares.sum(2L, keepdim: true).masked_fill(undecided, 0.0);
        Tensor total = (values * weight).sum(2L, keepdim: true).masked_fill(scorable.logical_not(), double.NaN);
        double[] spread = unweighted.abs().mean([0L, 1L]).cpu().data<double>().ToArray();
        return new GroupAdvantagesResult(
            advantages.reshape(b).to(rewards.dtype).MoveToOuterDisposeScope(),
            total.reshape(b).to(rewards.dtype).MoveToOuterDisposeScope(),
            shares.reshape(b, m).to(rewards.dtype).MoveToOuterDisposeScope())
        {
            RawShares = Fractions(spread),
            WeightedShares = Fractions(spread.Zip(weights, (s, w) => s * Math.Abs(w)).ToArray()),
            FracRewardZeroStd = undecided.to(torch.ScalarType.Float64).mean().item<double>(),
        };
    }

    private static Tensor BatchStd(Tensor sum, Tensor scorable, Tensor magnitude, double rounding) =>
        MaskedMoments.Compute(sum.reshape(1, -1, 1), scorable.reshape(1, -1, 1), magnitude.reshape(1, -1, 1), rounding).Std;

    private static double[] Fractions(double[] parts)
    {
        double total = parts.Sum();
        return parts.Select(p => total > 0 ? p / total : 0.0).ToArray();
    }

    private static void RequireNoInfinity(Tensor rewards)
    {
        Tensor infinite = rewards.isinf();
        if (!infinite.any().item<bool>())
            return;
        long[] where = infinite.nonzero()[0].cpu().data<long>().ToArray();
        throw new ArgumentException(
            $"rewards hold an infinite value at row {where[0]}, objective {where[1]}. A reward must be finite, or NaN where it does not apply.", nameof(rewards));
    }
}
