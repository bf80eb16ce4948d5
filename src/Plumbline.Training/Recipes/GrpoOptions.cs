using System.ComponentModel;
using Plumbline.Core.Advantages;
using Plumbline.Core.Losses;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;

namespace Plumbline.Training.Recipes;

/// <summary>Group Relative Policy Optimization over several objectives. Words and, unless said otherwise, defaults are TRL's.</summary>
public sealed record GrpoOptions : IValidated
{
    /// <summary>Completions sampled per prompt, G; at least 2.</summary>
    [Description("completions sampled per prompt (group size)")]
    public int NumGenerations { get; init; } = 8;

    /// <summary>Prompts of one step, P; a step has P · G completions. Ours: TRL derives it from batch sizes.</summary>
    [Description("prompts of one step")]
    public int PromptsPerStep { get; init; } = 8;

    /// <summary>Longest completion in tokens. TRL's default is 512; 128 suits one small device.</summary>
    [Description("longest completion in tokens")]
    public int MaxCompletionLength { get; init; } = 128;

    /// <summary>Tokens less likely than this fraction of the likeliest are not sampled, in [0, 1]; null samples them.</summary>
    [Description("tokens below this fraction of the likeliest are not sampled")]
    public double? MinP { get; init; }

    /// <summary>The likeliest tokens that together reach this probability are sampled, in (0, 1]; 1 takes all.</summary>
    [Description("sample among the likeliest tokens that reach this probability")]
    public double TopP { get; init; } = 1;

    /// <summary>Number of likeliest tokens sampled from; 0 takes all.</summary>
    [Description("sample among this many likeliest tokens; 0 = all")]
    public int TopK { get; init; }

    /// <summary>Divides the logits when sampling and training; above 0.</summary>
    [Description("divides the logits when sampling and training")]
    public double Temperature { get; init; } = 1;

    /// <summary>Divides the logits of tokens already there (multiplies negative ones); above 0, 1 does nothing.</summary>
    [Description("makes tokens already there less likely; 1 = does not")]
    public double RepetitionPenalty { get; init; } = 1;

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

    /// <summary>Factors by objective name, on top of those of the sources; 1 where none is given. TRL has a list by position.</summary>
    [Description("factors by objective name; 1 where none is given")]
    public IReadOnlyDictionary<string, double> RewardWeights { get; init; } = new OrderedDictionary<string, double>();

    /// <summary>Texts that end a completion; they stay out of it. Ours.</summary>
    [Description("texts that end a completion")]
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>A control: all rewards are dealt to other completions, so that nothing can be learnt. Ours.</summary>
    [Description("control: deal all rewards to other completions")]
    public bool ShuffleRewards { get; init; }

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

    /// <summary>What the sampler needs.</summary>
    public GenerationOptions ToGenerationOptions(long seed) => new()
    {
        MaxNewTokens = MaxCompletionLength,
        StopStrings = StopStrings,
        Sampling = new SamplingOptions
        {
            Temperature = Temperature,
            TopK = TopK,
            TopP = TopP,
            MinP = MinP ?? 0,
            RepetitionPenalty = RepetitionPenalty,
            Seed = seed,
        },
    };

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(NumGenerations >= 2, NumGenerations, "a group of fewer than 2 has nothing to be compared with. Set it to 2 or more.");
        faults.Require(PromptsPerStep >= 1, PromptsPerStep, "a step has at least one prompt. Set it to 1 or more.");
        faults.Require(MaxCompletionLength >= 1, MaxCompletionLength, "a completion has at least one token. Usual values are 64 to 1024.");
        faults.Require(MinP is null or (>= 0 and <= 1), MinP, "a fraction must lie between 0 and 1. A usual value is 0.05; leave it out to sample from all.");
        faults.Require(TopP is > 0 and <= 1, TopP, "a probability to reach must be above 0 and at most 1. Set it to 1 to sample from all.");
        faults.Require(TopK >= 0, TopK, "a number of tokens is not negative. Set it to 0 to sample from all.");
        faults.Require(Temperature > 0, Temperature, "greedy completions of one prompt are all alike and teach nothing. Set it above 0; 1 is usual.");
        faults.Require(RepetitionPenalty > 0, RepetitionPenalty, "it divides logits, so it must be above 0. Set it to 1 for no penalty.");
        faults.Require(Beta >= 0, Beta, "a negative coefficient would drive the policy from its reference. Set it to 0 or more; 0.04 is usual.");
        faults.Require(NumIterations >= 1, NumIterations, "each step has at least one update. Set it to 1 or more.");
        faults.Require(Epsilon is > 0 and < 1, Epsilon, "the clip must lie strictly between 0 and 1. A usual value is 0.2.");
        faults.Require(EpsilonHigh is null || EpsilonHigh >= Epsilon, EpsilonHigh, $"the clip above 1 must be no narrower than the one below, which is {Epsilon}. A usual value is 0.28; leave it out to have the same.");
        faults.Require(Delta is null || Delta > 1 + (EpsilonHigh ?? Epsilon), Delta, $"it must lie above the clip's upper end, which is {1 + (EpsilonHigh ?? Epsilon)}. A usual value is 1.5; leave it out for no bound.");
        faults.Require(PolicyLosses.Names.Contains(LossType), LossType, $"the losses are {string.Join(", ", PolicyLosses.Names)}. dapo weighs all tokens of a step alike.");
        faults.Require(StopStrings.All(stop => stop.Length > 0), StopStrings, "an empty text would end every completion at once. Remove it.");
        return faults;
    }
}
