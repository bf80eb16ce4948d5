using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>The prompts of an experiment on a model of the user's; the embedded world has its own.</summary>
public sealed record CompareData : IValidated
{
    /// <summary>The file of prompts to train on, of any format that rows may have.</summary>
    [Description("prompts to train on: a file of any format, .txt with one a line")]
    public string? Prompts { get; init; }

    /// <summary>The file of held-out prompts, with their tags (family, expected) where they have any.</summary>
    [Description("held-out prompts to judge on")]
    public string? EvalPrompts { get; init; }

    /// <summary>The field of the prompt. TRL's layout.</summary>
    [Description("field of the prompt")]
    public string PromptField { get; init; } = "prompt";

    /// <summary>Longest prompt in tokens, cut from the left.</summary>
    [Description("longest prompt in tokens, cut from the left")]
    public int MaxPromptLength { get; init; } = 128;

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.FileExists(Prompts);
        faults.FileExists(EvalPrompts);
        faults.Given(PromptField, "Name the field of the prompt, such as prompt.");
        faults.Require(MaxPromptLength >= 1, MaxPromptLength, "a prompt has at least one token. Usual values are 128 to 1024.");
        return faults;
    }
}
