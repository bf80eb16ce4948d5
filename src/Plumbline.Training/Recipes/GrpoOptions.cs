using System.ComponentModel;
using Plumbline.Core.Advantages;
using Plumbline.Core.Losses;

namespace Plumbline.Training.Recipes;

/// <summary>Group Relative Policy Optimization over several objectives. Words and, unless said otherwise, defaults are TRL's.</summary>
public sealed record GrpoOptions : OnlineOptions
{
    /// <summary>Coefficient β of the KL to the reference; 0 keeps no reference. TRL's default is 0; DeepSeekMath's 0.04 holds reward hacking back.</summary>
    [Description("coefficient of the KL to the reference; 0 = no reference")]
    public double Beta { get; init; } = 0.04;

    /// <summary>Updates on the completions of one step.</summary>
    [Description("updates on the completions of one step")]
    public int NumIterations { get; init; } = 1;

    /// <summary>Half-width ε of the ratio clip below 1, in (0, 1).</summary>
    [Description("half-width of the ratio clip")]
    public double Epsilon { get; init; } = 0.2;

    /// <summary>The same above 1; null takes <see cref="Epsilon"/>. DAPO uses 0.28.</summary>
    [Description("the same above 1; null = epsilon")]
    public double? EpsilonHigh { get; init; }

    /// <summary>Upper bound of the ratio where the advantage is negative (two-sided clip), above 1 + ε; null sets none.</summary>
    [Description("upper bound of the ratio for negative advantages; null = none")]
    public double? Delta { get; init; }

    /// <summary>How token losses are averaged; one of <see cref="PolicyLosses.Names"/>.</summary>
    [Description("grpo, bnpo, dr_grpo or dapo: how token losses are averaged")]
    public string LossType { get; init; } = "dapo";

    /// <summary>By what advantages are divided.</summary>
    [Description("by what advantages are divided")]
    public ScaleRewards ScaleRewards { get; init; } = ScaleRewards.Group;

    /// <summary>In which order objectives become one advantage.</summary>
    [Description("in which order objectives become one advantage")]
    public RewardAggregation MultiObjectiveAggregation { get; init; } = RewardAggregation.SumThenNormalize;

    /// <summary>On what the ratio is taken.</summary>
    [Description("on what the ratio is taken")]
    public ImportanceSamplingLevel ImportanceSamplingLevel { get; init; } = ImportanceSamplingLevel.Token;

    /// <summary>Whether completions that reached their longest length are left out of the loss.</summary>
    [Description("leave cut-off completions out of the loss")]
    public bool MaskTruncatedCompletions { get; init; }

    /// <summary>Whether the KL is weighted by the ratio, which makes its estimate unbiased off-policy.</summary>
    [Description("weight the KL by the ratio")]
    public bool UseBiasCorrectionKl { get; init; }

    /// <inheritdoc/>
    public override bool NeedsReference => Beta != 0;

    /// <inheritdoc/>
    public override string ReferenceKey => "grpo.beta";

    /// <summary>What the loss needs, for a step of that size.</summary>
    public PolicyLossOptions ToLossOptions(StepTotals totals) => new()
    {
        Epsilon = Epsilon,
        EpsilonHigh = EpsilonHigh,
        Delta = Delta,
        Beta = Beta,
        ImportanceSamplingLevel = ImportanceSamplingLevel,
        UseBiasCorrectionKl = UseBiasCorrectionKl,
        MaxCompletionLength = MaxCompletionLength,
        Totals = totals,
    };

    /// <inheritdoc/>
    private protected override void Check(FaultList faults)
    {
        base.Check(faults);
        faults.Require(NumGenerations >= 2, NumGenerations, "a group of fewer than 2 has nothing to be compared with. Set it to 2 or more.");
        faults.Require(Beta >= 0, Beta, "a negative coefficient would drive the policy from its reference. Set it to 0 or more; 0.04 is usual.");
        faults.Require(NumIterations >= 1, NumIterations, "each step has at least one update. Set it to 1 or more.");
        faults.Require(Epsilon is > 0 and < 1, Epsilon, "the clip must lie strictly between 0 and 1. A usual value is 0.2.");
        faults.Require(EpsilonHigh is null || EpsilonHigh >= Epsilon, EpsilonHigh, $"the clip above 1 must be no narrower than the one below, which is {Epsilon}. A usual value is 0.28; leave it out to have the same.");
        faults.Require(Delta is null || Delta > 1 + (EpsilonHigh ?? Epsilon), Delta, $"it must lie above the clip's upper end, which is {1 + (EpsilonHigh ?? Epsilon)}. A usual value is 1.5; leave it out for no bound.");
        faults.Require(PolicyLosses.Names.Contains(LossType), LossType, $"the losses are {string.Join(", ", PolicyLosses.Names)}. dapo weighs all tokens of a step alike.");
    }
}
