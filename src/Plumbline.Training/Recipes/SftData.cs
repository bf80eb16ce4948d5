using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>The texts of supervised fine-tuning: tables, or plain text with stories separated by <c>&lt;|endoftext|&gt;</c> or blank lines.</summary>
public sealed record SftData : DataReading, IValidated
{
    /// <summary>The training rows: a file, a folder, or several sources.</summary>
    [Description("training rows: a file (.jsonl, .json, .csv, .parquet, .txt), folder, or list")]
    public IReadOnlyList<DataSource> Train { get; init; } = [];

    /// <summary>The held-out rows; null holds out <see cref="ValidationFraction"/> of the training file.</summary>
    [Description("held-out rows; null = validation_fraction of the training rows")]
    public IReadOnlyList<DataSource>? Validation { get; init; }

    /// <summary>The field of the prompt. TRL's layout.</summary>
    [Description("field of the prompt")]
    public string PromptField { get; init; } = "prompt";

    /// <summary>The field of the completion. TRL's layout.</summary>
    [Description("field of the completion")]
    public string CompletionField { get; init; } = "completion";

    /// <summary>The field of rows that are one text (TRL's <c>dataset_text_field</c>).</summary>
    [Description("field of rows that are one text")]
    public string TextField { get; init; } = "text";

    /// <summary>Longest row in tokens; what is beyond is cut off. TRL's default is 1024; 512 suits one small device.</summary>
    [Description("longest row in tokens; the rest is cut off")]
    public int MaxLength { get; init; } = 512;

    /// <summary>Share of the training rows held out when there is no validation file, in [0, 1).</summary>
    [Description("share of the training rows held out, when there is no validation file")]
    public double ValidationFraction { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Given(Train, "Name a file of rows or texts, such as --set data.train=FILE.");
        faults.SourcesExist(Train);
        faults.SourcesExist(Validation);
        faults.Given(PromptField, "Name the field of the prompt, such as prompt.");
        faults.Given(CompletionField, "Name the field of the completion, such as completion.");
        faults.Given(TextField, "Name the field of a whole text, such as text.");
        faults.Require(MaxLength >= 2, MaxLength, "the next token can only be learnt from rows of 2 tokens or more.");
        faults.Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "something must be left to train on. Set it to at least 0 and below 1.");
        return faults;
    }
}
