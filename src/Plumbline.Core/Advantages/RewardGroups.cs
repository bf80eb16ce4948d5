using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>A table of rewards, checked and cut into groups, in float64.</summary>
/// <param name="Values">(P, G, M), 0 where missing.</param>
/// <param name="Present">True where a reward is there, bool, (P, G, M).</param>
/// <param name="Scorable">True where a row has any reward, bool, (P, G, 1).</param>
/// <param name="Weights">One per objective, (M).</param>
/// <param name="Rounding">Relative rounding of the rewards as they were given.</param>
internal sealed record RewardGroups(Tensor Values, Tensor Present, Tensor Scorable, Tensor Weights, double Rounding)
{
    /// <summary>The weighted sum of a row's rewards, (P, G, 1).</summary>
    internal Tensor Sum => (Values * Weights).sum(2L, keepdim: true);

    /// <summary>The greatest term of that sum, (P, G, 1): what its rounding is relative to.</summary>
    internal Tensor SumMagnitude => (Values * Weights).abs().amax([2L], keepdim: true);

    /// <remarks>Opens no dispose scope: the caller's holds every temporary.</remarks>
    internal static RewardGroups Of(Tensor rewards, int numGenerations, IReadOnlyList<double> weights)
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
        RequireNoInfinity(rewards);
        Tensor table = rewards.detach().to(torch.ScalarType.Float64).reshape(-1, numGenerations, m);
        Tensor present = table.isnan().logical_not();
        return new RewardGroups(
            table.nan_to_num(0.0),
            present,
            present.any(2, keepdim: true),
            torch.tensor(weights.ToArray(), dtype: torch.ScalarType.Float64, device: rewards.device),
            rewards.dtype == torch.ScalarType.Float32 ? Math.ScaleB(1, -21) : Math.ScaleB(1, -50));
    }

    /// <summary>True for groups in which a number made of the rewards does not tell two completions apart, bool, (P, 1, 1).</summary>
    /// <param name="combined">(P, G, 1).</param>
    /// <param name="magnitude">The size of the numbers of which it was made, (P, G, 1).</param>
    /// <param name="options">Whether a lone reward decides by itself.</param>
    internal Tensor Undecided(Tensor combined, Tensor magnitude, GroupAdvantageOptions options)
    {
        Tensor undecided = MaskedMoments.Compute(combined, Scorable, magnitude, Rounding).Std.eq(0.0);
        return options.LoneRewardStands
            ? undecided.logical_and(Scorable.sum(1L, keepdim: true, type: torch.ScalarType.Int64).ne(1))
            : undecided;
    }

    /// <summary>The unbiased standard deviation over all scorable rows, (1, 1, 1).</summary>
    internal Tensor BatchStd(Tensor combined, Tensor magnitude) =>
        MaskedMoments.Compute(combined.reshape(1, -1, 1), Scorable.reshape(1, -1, 1), magnitude.reshape(1, -1, 1), Rounding).Std;

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
