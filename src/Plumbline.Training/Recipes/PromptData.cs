using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>The prompts of a run that samples: rows with a prompt, or plain text with one prompt a line.</summary>
public sealed record PromptData : DataReading, IValidated
{
    /// <summary>The prompts to train on: a file, a folder, or several sources; of .txt, one a line.</summary>
    [Description("prompts: a file (.jsonl, .json, .csv, .parquet, .txt), folder, or list")]
    public IReadOnlyList<DataSource> Prompts { get; init; } = [];

    /// <summary>The field of the prompt. TRL's layout.</summary>
    [Description("field of the prompt")]
    public string PromptField { get; init; } = "prompt";

    /// <summary>The held-out prompts; null holds out <see cref="EvalFraction"/> of <see cref="Prompts"/>.</summary>
    [Description("held-out prompts; null = eval_fraction of the prompts")]
    public IReadOnlyList<DataSource>? EvalPrompts { get; init; }

    /// <summary>Longest prompt in tokens, cut from the left. TRL no longer limits it; 256 suits one small device.</summary>
    [Description("longest prompt in tokens, cut from the left")]
    public int MaxPromptLength { get; init; } = 256;

    /// <summary>Share of the prompts held out when there are none, in [0, 1).</summary>
    [Description("share of the prompts held out, when there is no eval file")]
    public double EvalFraction { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Given(Prompts, "Name a file of prompts, such as --set data.prompts=FILE.");
        faults.SourcesExist(Prompts);
        faults.Given(PromptField, "Name the field of the prompt, such as prompt.");
        faults.SourcesExist(EvalPrompts);
        faults.Require(MaxPromptLength >= 1, MaxPromptLength, "a prompt has at least one token. Usual values are 128 to 1024.");
        faults.Require(EvalFraction is >= 0 and < 1, EvalFraction, "something must be left to train on. Set it to at least 0 and below 1.");
        return faults;
    }
}
