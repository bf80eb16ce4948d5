using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>What a reward model learns from: labelled rows (with a completion, perhaps a prompt, and a number or null per objective), pairs, or both.</summary>
public sealed record RewardData : DataReading, IValidated
{
    /// <summary>The labelled rows: a file, a folder, or several sources; empty learns from <see cref="Pairs"/> alone.</summary>
    [Description("labelled rows: a file (.jsonl, .json, .csv, .parquet), folder, or list")]
    public IReadOnlyList<DataSource> Train { get; init; } = [];

    /// <summary>Pairs: prompt, chosen, rejected, perhaps margin and split; null learns from labels alone. TRL's layout.</summary>
    [Description("pairs (prompt, chosen, rejected, perhaps margin), likewise")]
    public IReadOnlyList<DataSource>? Pairs { get; init; }

    /// <summary>The held-out rows; null takes the rows whose <see cref="SplitField"/> says val, validation or dev.</summary>
    [Description("held-out rows; null = the rows whose split field says so")]
    public IReadOnlyList<DataSource>? Validation { get; init; }

    /// <summary>The field of the prompt; empty when rows have none.</summary>
    [Description("field of the prompt; empty when there is none")]
    public string PromptField { get; init; } = "prompt";

    /// <summary>The field of the completion; where a row lacks it, <c>completion</c> is tried.</summary>
    [Description("field of the completion, or else 'completion'")]
    public string CompletionField { get; init; } = "response";

    /// <summary>The field that says which split a row belongs to; rows without it are for training.</summary>
    [Description("field that names the row's split")]
    public string SplitField { get; init; } = "split";

    /// <summary>The fields of the labels, M of them; they become the names of the heads. Those of arXiv:2503.21819.</summary>
    [Description("fields of the labels; they name the heads")]
    public IReadOnlyList<string> Objectives { get; init; } = ["politeness", "meaningfulness", "actionability", "safety"];

    /// <summary>Longest row in tokens, prompt and completion together. TRL's default is 1024; 256 suits one small device.</summary>
    [Description("longest row in tokens, prompt included")]
    public int MaxLength { get; init; } = 256;

    /// <summary>Longest prompt in tokens, cut from the left; null leaves it to <see cref="MaxLength"/>.</summary>
    [Description("longest prompt in tokens; null = as max_length allows")]
    public int? MaxPromptLength { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        if (Pairs is null or [])
            faults.Given(Train, "Name a file of labelled rows, such as --set data.train=FILE, or of pairs, --set data.pairs=FILE.");
        faults.SourcesExist(Pairs);
        faults.SourcesExist(Train);
        faults.SourcesExist(Validation);
        faults.Require(!Streaming, Streaming, "a reward model weighs each label against all others, and so holds its rows. Set it to false.");
        faults.Given(CompletionField, "Name the field of the completion, such as response.");
        faults.Require(Objectives.Count > 0, Objectives, "a reward model scores at least one objective. Name the fields that hold labels.");
        faults.Require(Objectives.Distinct().Count() == Objectives.Count, Objectives, "each objective has one head. Name each once.");
        faults.Require(MaxLength >= 1, MaxLength, "a row has at least one token. Usual values are 128 to 1024.");
        faults.Require(MaxPromptLength is null || (MaxPromptLength >= 0 && MaxPromptLength < MaxLength), MaxPromptLength, $"it must leave room for the completion in max_length, which is {MaxLength}. Set it below that.");
        return faults;
    }
}
