using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>How all arms of an experiment sample, in training and evaluation.</summary>
public sealed record CompareSampling : IValidated
{
    /// <summary>Prompts of a step of the online algorithms.</summary>
    [Description("prompts of one step")]
    public int PromptsPerStep { get; init; } = 16;

    /// <summary>Completions a prompt; PPO, which needs no groups, takes as many prompts more.</summary>
    [Description("completions sampled per prompt (group size)")]
    public int NumGenerations { get; init; } = 8;

    /// <summary>Longest completion in tokens.</summary>
    [Description("longest completion in tokens")]
    public int MaxCompletionLength { get; init; } = 64;

    /// <summary>Divides the logits; above 0.</summary>
    [Description("divides the logits when sampling and training")]
    public double Temperature { get; init; } = 1;

    /// <summary>Factors by objective, the same for all arms.</summary>
    [Description("factors by objective name; 1 where none is given")]
    public IReadOnlyDictionary<string, double> RewardWeights { get; init; } = new OrderedDictionary<string, double>();

    /// <summary>Held-out prompts that are asked; 0 asks all.</summary>
    [Description("held-out prompts asked; 0 = all")]
    public int EvalPrompts { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(PromptsPerStep >= 1, PromptsPerStep, "a step has at least one prompt. Set it to 1 or more.");
        faults.Require(NumGenerations >= 2, NumGenerations, "a group of fewer than 2 has nothing to be compared with. Set it to 2 or more.");
        faults.Require(MaxCompletionLength >= 1, MaxCompletionLength, "a completion has at least one token. Usual values are 64 to 1024.");
        faults.Require(Temperature > 0, Temperature, "greedy completions of one prompt are all alike and teach nothing. Set it above 0; 1 is usual.");
        faults.Require(EvalPrompts >= 0, EvalPrompts, "a number of prompts is not negative. Set it to 0 to ask all.");
        return faults;
    }
}
