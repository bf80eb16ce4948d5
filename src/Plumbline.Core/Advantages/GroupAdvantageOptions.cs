namespace Plumbline.Core.Advantages;

/// <summary>How rewards become advantages. The defaults are TRL's; <see cref="Presets"/> names those of others.</summary>
public sealed record GroupAdvantageOptions
{
    /// <summary>What a centred reward is divided by; only <see cref="RewardAggregation.SumThenNormalize"/> reads it.</summary>
    public ScaleRewards Scale { get; init; } = ScaleRewards.Group;

    /// <summary>How objectives become one advantage.</summary>
    public RewardAggregation Aggregation { get; init; } = RewardAggregation.SumThenNormalize;

    /// <summary>With what a completion is compared.</summary>
    public GroupBaseline Baseline { get; init; } = GroupBaseline.Mean;

    /// <summary>ε, added to a standard deviation wherever it is above 0, in the rewards' unit; not negative.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>The last step of <see cref="RewardAggregation.NormalizeThenSum"/>.</summary>
    public BatchNormalization BatchNormalization { get; init; } = BatchNormalization.StandardDeviation;

    /// <summary>
    /// A group's standard deviation below this is replaced by it in the divisor, in the rewards' unit; 0 = no floor. So a near-constant
    /// objective speaks in proportion to its spread instead of having its noise blown up to full size, and nothing jumps at the floor.
    /// </summary>
    public double StdFloor { get; init; }

    /// <summary>κ, how far <see cref="RewardAggregation.Rvpo"/> leans to the worst objective; above 0. Towards 0 it is the mean, towards infinity the minimum.</summary>
    public double Kappa { get; init; } = 1.0;

    /// <summary>Whether a reward with no other to compare with stands as it is (mean 0, standard deviation 1), as in verl; else its advantage is 0.</summary>
    public bool LoneRewardStands { get; init; }

    /// <summary>TRL: ε 1e-4.</summary>
    public static GroupAdvantageOptions Trl { get; } = new();

    /// <summary>verl: ε 1e-6, the last step over response tokens, a lone reward stands.</summary>
    public static GroupAdvantageOptions Verl { get; } = new() { Epsilon = 1e-6, BatchNormalization = BatchNormalization.ResponseTokens, LoneRewardStands = true };

    /// <summary>NeMo-RL: ε 1e-6, leave-one-out, the last step without ε.</summary>
    public static GroupAdvantageOptions NemoRl { get; } = new()
    {
        Epsilon = 1e-6,
        Baseline = GroupBaseline.LeaveOneOut,
        BatchNormalization = BatchNormalization.ExactStandardDeviation,
    };

    /// <summary>OpenRLHF: ε 1e-9.</summary>
    public static GroupAdvantageOptions OpenRlhf { get; } = new() { Epsilon = 1e-9 };

    /// <summary>Every fault of these settings, in words for the person who wrote them.</summary>
    /// <param name="path">Where they stand, such as <c>grpo</c>.</param>
    public IEnumerable<string> Faults(string path)
    {
        if (Epsilon is not (>= 0 and < double.PositiveInfinity))
            yield return $"{path}.epsilon is {Epsilon}, but what is added to a standard deviation must be a number not below 0. A usual value is 1e-4.";
        if (StdFloor is not (>= 0 and < double.PositiveInfinity))
            yield return $"{path}.std_floor is {StdFloor}, but the least standard deviation must be a number not below 0. 0 sets none; for rewards in [0, 1] try 0.02.";
        if (Kappa is not (> 0 and < double.PositiveInfinity))
            yield return $"{path}.kappa is {Kappa}, but must be a number above 0. A usual value is 1; greater ones lean more to the worst objective.";
    }
}
