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

    /// <summary>The policy loss; one of <see cref="PolicyLosses.Names"/>.</summary>
    [Description("dapo, grpo, bnpo, dr_grpo, cispo, sapo, luspo or vespo")]
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

    /// <summary>Whose ways are followed where implementations differ (divisor, baseline, last step of GDPO, clamp of the KL); one of <see cref="Presets.Names"/>. Ours.</summary>
    [Description("trl, verl, nemo_rl or openrlhf, where they differ")]
    public string Preset { get; init; } = "trl";

    /// <summary>A group's standard deviation of an objective counts as at least this, so that noise of a near-constant objective is not blown up; 0 sets none. Ours.</summary>
    [Description("least standard deviation that rewards are divided by")]
    public double StdFloor { get; init; }

    /// <summary>How far aggregation rvpo leans to the worst objective, above 0. Ours.</summary>
    [Description("rvpo: how far it leans to the worst objective")]
    public double Kappa { get; init; } = 1;

    /// <summary>Whether groups whose completions all earned the same are dropped and others sampled in their place (DAPO). Ours.</summary>
    [Description("drop groups without spread and sample others")]
    public bool DynamicSampling { get; init; }

    /// <summary>Batches of prompts that dynamic sampling may take for one step. DAPO's code has 10.</summary>
    [Description("dynamic_sampling: batches of prompts a step may take")]
    public int MaxSamplingRounds { get; init; } = 4;

    /// <summary>Weight of the entropy bonus; 0 gives none.</summary>
    [Description("weight of the entropy bonus")]
    public double EntropyCoef { get; init; }

    /// <summary>Share of tokens, those of highest entropy, that the surrogate counts, in [0, 1].</summary>
    [Description("share of tokens of highest entropy that count")]
    public double TopEntropyQuantile { get; init; } = 1;

    /// <summary>Completions of negative advantage that have drifted further than this, nats a token, are left out; null leaves none out.</summary>
    [Description("drift beyond which bad completions are left out; null = never")]
    public double? OffPolicyMaskThreshold { get; init; }

    /// <summary>sapo's temperature where the advantage is positive.</summary>
    [Description("sapo: temperature for positive advantages")]
    public double SapoTemperaturePos { get; init; } = 1;

    /// <summary>sapo's temperature elsewhere.</summary>
    [Description("sapo: temperature for other advantages")]
    public double SapoTemperatureNeg { get; init; } = 1.05;

    /// <summary>vespo's power of the weight where the advantage is not negative.</summary>
    [Description("vespo: power of the weight, advantages from 0 up")]
    public double VespoKPos { get; init; } = 2;

    /// <summary>vespo's decay of the weight there.</summary>
    [Description("vespo: decay of the weight, advantages from 0 up")]
    public double VespoLambdaPos { get; init; } = 3;

    /// <summary>vespo's power of the weight where the advantage is negative.</summary>
    [Description("vespo: power of the weight, negative advantages")]
    public double VespoKNeg { get; init; } = 3;

    /// <summary>vespo's decay of the weight there.</summary>
    [Description("vespo: decay of the weight, negative advantages")]
    public double VespoLambdaNeg { get; init; } = 2;

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
        KlClamp = Presets.Get(Preset).KlClamp,
        EntropyCoef = EntropyCoef,
        TopEntropyQuantile = TopEntropyQuantile,
        OffPolicyMaskThreshold = OffPolicyMaskThreshold,
        SapoTemperaturePos = SapoTemperaturePos,
        SapoTemperatureNeg = SapoTemperatureNeg,
        VespoKPos = VespoKPos,
        VespoLambdaPos = VespoLambdaPos,
        VespoKNeg = VespoKNeg,
        VespoLambdaNeg = VespoLambdaNeg,
        Totals = totals,
    };

    /// <summary>What the advantages need.</summary>
    public GroupAdvantageOptions ToAdvantageOptions() => Presets.Get(Preset).Advantages with
    {
        Scale = ScaleRewards,
        Aggregation = MultiObjectiveAggregation,
        StdFloor = StdFloor,
        Kappa = Kappa,
    };

    /// <inheritdoc/>
    private protected override void Check(FaultList faults)
    {
        base.Check(faults);
        faults.Require(NumGenerations >= 2, NumGenerations, "a group of fewer than 2 has nothing to be compared with. Set it to 2 or more.");
        faults.Require(Beta >= 0, Beta, "a negative coefficient would drive the policy from its reference. Set it to 0 or more; 0.04 is usual.");
        faults.Require(NumIterations >= 1, NumIterations, "each step has at least one update. Set it to 1 or more.");
        faults.Require(Presets.Names.Contains(Preset), Preset, $"the presets are {string.Join(", ", Presets.Names)}.");
        faults.Require(StdFloor is >= 0 and < double.PositiveInfinity, StdFloor, "a standard deviation is not negative. 0 sets no floor; for rewards in [0, 1] try 0.02.");
        faults.Require(Kappa is > 0 and < double.PositiveInfinity, Kappa, "it must be above 0. A usual value is 1; greater ones lean more to the worst objective.");
        faults.Require(MaxSamplingRounds >= 1, MaxSamplingRounds, "a step takes at least one batch of prompts. A usual value is 4.");
        faults.Require(double.IsFinite(EntropyCoef), EntropyCoef, "a weight must be a finite number. 0 gives no bonus; a usual value is 0.001.");
        faults.Require(TopEntropyQuantile is >= 0 and <= 1, TopEntropyQuantile, "a share lies between 0 and 1. 1 counts all tokens; a usual value is 0.2.");
        faults.Require(SapoTemperaturePos > 0, SapoTemperaturePos, "a temperature must be above 0. A usual value is 1.");
        faults.Require(SapoTemperatureNeg > 0, SapoTemperatureNeg, "a temperature must be above 0. A usual value is 1.05.");
        faults.Require(VespoKPos >= 0, VespoKPos, "a power is not negative. A usual value is 2.");
        faults.Require(VespoLambdaPos > 0, VespoLambdaPos, "a decay must be above 0. A usual value is 3.");
        faults.Require(VespoKNeg >= 0, VespoKNeg, "a power is not negative. A usual value is 3.");
        faults.Require(VespoLambdaNeg > 0, VespoLambdaNeg, "a decay must be above 0. A usual value is 2.");
        faults.Require(Epsilon is > 0 and < 1, Epsilon, "the clip must lie strictly between 0 and 1. A usual value is 0.2.");
        faults.Require(EpsilonHigh is null || EpsilonHigh >= Epsilon, EpsilonHigh, $"the clip above 1 must be no narrower than the one below, which is {Epsilon}. A usual value is 0.28; leave it out to have the same.");
        faults.Require(Delta is null || Delta > 1 + (EpsilonHigh ?? Epsilon), Delta, $"it must lie above the clip's upper end, which is {1 + (EpsilonHigh ?? Epsilon)}. A usual value is 1.5; leave it out for no bound.");
        faults.Require(PolicyLosses.Names.Contains(LossType), LossType, $"the losses are {string.Join(", ", PolicyLosses.Names)}. dapo weighs all tokens of a step alike.");
    }
}
