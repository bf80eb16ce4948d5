using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>The pairs of a DPO run: rows with a prompt, a chosen and a rejected answer, each a text or a list of messages.</summary>
public sealed record DpoData : DataReading, IValidated
{
    /// <summary>The pairs: a file, a folder, or several sources.</summary>
    [Description("pairs to train on: a file (.jsonl, .json, .csv, .parquet), folder, or list")]
    public IReadOnlyList<DataSource> Train { get; init; } = [];

    /// <summary>The held-out pairs; null takes the rows whose <see cref="SplitField"/> says val, validation or dev, else <see cref="ValidationFraction"/> of the rows.</summary>
    [Description("held-out pairs; null = by split field, else validation_fraction")]
    public IReadOnlyList<DataSource>? Validation { get; init; }

    /// <summary>The field of the prompt; empty when the answers are lists of messages that begin with it. TRL's layout.</summary>
    [Description("field of the prompt")]
    public string PromptField { get; init; } = "prompt";

    /// <summary>The field of the preferred answer. TRL's layout.</summary>
    [Description("field of the preferred answer")]
    public string ChosenField { get; init; } = "chosen";

    /// <summary>The field of the other answer. TRL's layout.</summary>
    [Description("field of the other answer")]
    public string RejectedField { get; init; } = "rejected";

    /// <summary>The field that says which split a row belongs to; rows without it are for training.</summary>
    [Description("field that names the row's split")]
    public string SplitField { get; init; } = "split";

    /// <summary>Longest prompt and answer together, in tokens. TRL's default is 1024; 512 suits one small device.</summary>
    [Description("longest prompt and answer together, in tokens")]
    public int MaxLength { get; init; } = 512;

    /// <summary>Share of the rows held out when no file and no split says which, in [0, 1).</summary>
    [Description("share of the rows held out, when no file or split says which")]
    public double ValidationFraction { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Given(Train, "Name a file of pairs, such as --set data.train=FILE.");
        faults.SourcesExist(Train);
        faults.SourcesExist(Validation);
        faults.Given(ChosenField, "Name the field of the preferred answer, such as chosen.");
        faults.Given(RejectedField, "Name the field of the other answer, such as rejected.");
        faults.Require(MaxLength >= 2, MaxLength, "a prompt and an answer have a token each. Usual values are 128 to 1024.");
        faults.Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "something must be left to train on. Set it to at least 0 and below 1.");
        return faults;
    }
}
