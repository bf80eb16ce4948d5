using System.ComponentModel;
using Plumbline.Core.Advantages;

namespace Plumbline.Training.Recipes;

/// <summary>REINFORCE leave-one-out. Words and, unless said otherwise, defaults are TRL's.</summary>
public sealed record RlooOptions : OnlineOptions
{
    /// <summary>The defaults; two completions a prompt would do (TRL's default), four steady the baseline.</summary>
    public RlooOptions() => NumGenerations = 4;

    /// <summary>Coefficient β of the KL to the reference, summed over a completion and taken from its reward; 0 keeps no reference.</summary>
    [Description("coefficient of the KL in the reward; 0 = no reference")]
    public double Beta { get; init; } = 0.05;

    /// <summary>Updates on the completions of one step.</summary>
    [Description("updates on the completions of one step")]
    public int NumIterations { get; init; } = 1;

    /// <summary>Half-width ε of the clip on a completion's ratio, in (0, 1).</summary>
    [Description("half-width of the ratio clip")]
    public double Epsilon { get; init; } = 0.2;

    /// <summary>The same above 1; null takes <see cref="Epsilon"/>.</summary>
    [Description("the same above 1; null = epsilon")]
    public double? EpsilonHigh { get; init; }

    /// <summary>Whether advantages are divided by their standard deviation over the batch.</summary>
    [Description("divide advantages by their standard deviation")]
    public bool NormalizeAdvantages { get; init; }

    /// <summary>The least and the greatest weighted reward, two numbers; empty clips nothing.</summary>
    [Description("least and greatest reward, such as [-10, 10]; empty = no clip")]
    public IReadOnlyList<double> RewardClipRange { get; init; } = [];

    /// <summary>Whether completions that reached their longest length are left out of the loss.</summary>
    [Description("leave cut-off completions out of the loss")]
    public bool MaskTruncatedCompletions { get; init; }

    /// <inheritdoc/>
    public override bool NeedsReference => Beta != 0;

    /// <inheritdoc/>
    public override string ReferenceKey => "rloo.beta";

    /// <summary>What the advantages need.</summary>
    public RlooAdvantageOptions ToAdvantageOptions() => new()
    {
        Beta = Beta,
        NormalizeAdvantages = NormalizeAdvantages,
        RewardClipRange = RewardClipRange.Count == 2 ? (RewardClipRange[0], RewardClipRange[1]) : null,
    };

    /// <inheritdoc/>
    private protected override void Check(FaultList faults)
    {
        base.Check(faults);
        faults.Require(NumGenerations >= 2, NumGenerations, "a group of fewer than 2 leaves nothing to compare with. Set it to 2 or more.");
        faults.Require(Beta >= 0, Beta, "a negative coefficient would drive the policy from its reference. Set it to 0 or more; 0.05 is usual.");
        faults.Require(NumIterations >= 1, NumIterations, "each step has at least one update. Set it to 1 or more.");
        faults.Require(Epsilon is > 0 and < 1, Epsilon, "the clip must lie strictly between 0 and 1. A usual value is 0.2.");
        faults.Require(EpsilonHigh is null || EpsilonHigh >= Epsilon, EpsilonHigh, $"the clip above 1 must be no narrower than the one below, which is {Epsilon}. Leave it out to have the same.");
        faults.Require(RewardClipRange.Count == 0 || (RewardClipRange.Count == 2 && RewardClipRange[0] <= RewardClipRange[1]), RewardClipRange, "it must be two numbers, the least first. Usual values are [-10, 10].");
    }
}
