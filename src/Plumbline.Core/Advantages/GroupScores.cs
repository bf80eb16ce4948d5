using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>A completion against its group: centred on the baseline, and divided by the spread.</summary>
internal static class GroupScores
{
    /// <summary>Each objective's score Z, (P, G, M); 0 where the reward is missing.</summary>
    internal static Tensor PerObjective(RewardGroups groups, GroupAdvantageOptions options)
    {
        var (deviation, std) = Moments(groups.Values, groups.Present, groups.Values, groups.Rounding, options);
        return Scaled(deviation, std.clamp_min(options.StdFloor), std, options.Epsilon);
    }

    /// <summary>Deviations from the baseline, (P, G, K), and standard deviations, (P, 1 or G, K), of values as <see cref="MaskedMoments"/> takes them.</summary>
    internal static (Tensor Deviation, Tensor Std) Moments(Tensor values, Tensor counted, Tensor magnitude, double rounding, GroupAdvantageOptions options)
    {
        var (deviation, std) = options.Baseline switch
        {
            GroupBaseline.Mean => MaskedMoments.Compute(values, counted, magnitude, rounding),
            GroupBaseline.LeaveOneOut => LeaveOneOutMoments.Compute(values, counted, magnitude, rounding),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Baseline, "Not a known baseline."),
        };
        if (!options.LoneRewardStands)
            return (deviation, std);
        Tensor lone = counted.sum(1L, keepdim: true, type: torch.ScalarType.Int64).eq(1);
        return (torch.where(lone.logical_and(counted), values, deviation), std.masked_fill(lone, 1.0));
    }

    /// <summary>Divides by a standard deviation plus ε; where there is no spread, by nothing.</summary>
    internal static Tensor Scaled(Tensor deviation, Tensor divisor, Tensor std, double epsilon) =>
        deviation / (divisor + epsilon).masked_fill(std.eq(0.0), 1.0);
}
