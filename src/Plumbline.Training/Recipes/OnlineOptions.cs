using System.ComponentModel;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;

namespace Plumbline.Training.Recipes;

/// <summary>What the sections of all online algorithms share: how completions are sampled and their rewards weighed. Words are TRL's.</summary>
public abstract record OnlineOptions : IValidated
{
    /// <summary>Completions sampled per prompt, G.</summary>
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

    /// <summary>Factors by objective name, on top of those of the sources; 1 where none is given. TRL has a list by position.</summary>
    [Description("factors by objective name; 1 where none is given")]
    public IReadOnlyDictionary<string, double> RewardWeights { get; init; } = new OrderedDictionary<string, double>();

    /// <summary>Texts that end a completion; they stay out of it. Ours.</summary>
    [Description("texts that end a completion")]
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Width, in tokens, of the slope before the longest completion on which objective <c>overlong</c> falls from 0 to −1 (DAPO); 0 has no such objective. Ours.</summary>
    [Description("tokens before the limit where a length penalty begins; 0 = none")]
    public int OverlongCache { get; init; }

    /// <summary>A control: all rewards are dealt to other completions, so that nothing can be learnt. Ours.</summary>
    [Description("control: deal all rewards to other completions")]
    public bool ShuffleRewards { get; init; }

    /// <summary>Whose log-probabilities the importance ratio compares with; of completions that an earlier policy sampled always the sampler's. Ours.</summary>
    [Description("what the ratio compares with: policy = its own, or sampler = as reported")]
    public OldLogProbs OldLogProbs { get; init; } = OldLogProbs.Policy;

    /// <summary>Whether completions are scored, on another thread, while others are still being sampled. Pays where a reward waits (for a server), not where it computes on the same cores. Ours.</summary>
    [Description("score finished completions while others are still being sampled")]
    public bool OverlapScoring { get; init; }

    /// <summary>Updates that the policy is ahead of the one that sampled: 1 samples the next step's completions before, or while, this step learns. Ours.</summary>
    [Description("updates the policy is ahead of its sampler: 0, or 1")]
    public int RolloutStaleness { get; init; }

    /// <summary>The objectives of a run: those of its rewards, and the length penalty's where there is one.</summary>
    public IReadOnlyList<string> ObjectivesOf(IReadOnlyList<string> rewards) => OverlongCache > 0 ? [.. rewards, Overlong] : rewards;

    /// <summary>Name of the length penalty's objective.</summary>
    internal const string Overlong = "overlong";

    /// <summary>Whether the algorithm compares the policy with its frozen start.</summary>
    public abstract bool NeedsReference { get; }

    /// <summary>The key by which the policy is held to its reference, for messages.</summary>
    public abstract string ReferenceKey { get; }

    /// <summary>Whether completions are drawn from the policy's whole distribution, so that the sampler's log-probabilities are the policy's.</summary>
    internal bool IsPlainSampling => TopK == 0 && TopP == 1 && MinP is null or 0 && RepetitionPenalty == 1;

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
        Check(faults);
        return faults;
    }

    /// <summary>Adds what is wrong; an algorithm adds its own after the base's.</summary>
    private protected virtual void Check(FaultList faults)
    {
        faults.Require(PromptsPerStep >= 1, PromptsPerStep, "a step has at least one prompt. Set it to 1 or more.");
        faults.Require(MaxCompletionLength >= 1, MaxCompletionLength, "a completion has at least one token. Usual values are 64 to 1024.");
        faults.Require(MinP is null or (>= 0 and <= 1), MinP, "a fraction must lie between 0 and 1. A usual value is 0.05; leave it out to sample from all.");
        faults.Require(TopP is > 0 and <= 1, TopP, "a probability to reach must be above 0 and at most 1. Set it to 1 to sample from all.");
        faults.Require(TopK >= 0, TopK, "a number of tokens is not negative. Set it to 0 to sample from all.");
        faults.Require(Temperature > 0, Temperature, "greedy completions of one prompt are all alike and teach nothing. Set it above 0; 1 is usual.");
        faults.Require(RepetitionPenalty > 0, RepetitionPenalty, "it divides logits, so it must be above 0. Set it to 1 for no penalty.");
        faults.Require(OverlongCache >= 0 && OverlongCache <= MaxCompletionLength, OverlongCache, $"the slope must lie within max_completion_length, which is {MaxCompletionLength}. Set it to 0 for no penalty.");
        faults.Require(RolloutStaleness is 0 or 1, RolloutStaleness, "completions are sampled one step ahead at most. Set it to 1, or to 0 to learn from the policy's own.");
        faults.Require(StopStrings.All(stop => stop.Length > 0), StopStrings, "an empty text would end every completion at once. Remove it.");
    }
}
