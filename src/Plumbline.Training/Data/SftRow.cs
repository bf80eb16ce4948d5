using Plumbline.Models.Chat;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>A text to learn.</summary>
/// <param name="Prompt">What comes before; empty for a row that is one text.</param>
/// <param name="Completion">What is to be learnt; not empty.</param>
public sealed record SftRow(string Prompt, string Completion)
{
    private const string MessagesField = "messages";

    /// <summary>The conversation whose contents the texts are, parted by blank lines; null for rows of plain text.</summary>
    public Conversation? Chat { get; init; }

    /// <summary>How many turns at the conversation's end are the completion.</summary>
    public int CompletionTurns { get; init; }

    /// <summary>Reads the rows of a recipe, each in any of the usual layouts, or the texts of .txt files.</summary>
    /// <remarks>
    /// A row is taken by the first layout whose fields it has: prompt and completion, texts or lists of messages; one text; <c>messages</c>, of
    /// which the last is the completion; <c>instruction</c>, perhaps <c>input</c> on a line below it, and <c>output</c>. Nothing is added to texts;
    /// messages go through the model's chat template.
    /// </remarks>
    /// <param name="sources">Where they are: data.train or data.validation.</param>
    /// <param name="data">The names of the fields.</param>
    /// <param name="seed">Seed of the mix, where there is one.</param>
    /// <returns>At least one row.</returns>
    /// <exception cref="DataException">A source cannot be read, a row has no such layout or nothing to learn, or there is no row.</exception>
    public static RowList<SftRow> Read(IReadOnlyList<DataSource> sources, SftData data, long seed = 0) =>
        RowList<SftRow>.Read(sources, data, row => From(row, data), new PlainTextFormat(TextUnit.Text, data.TextField), seed);

    internal static SftRow From(DataRow line, SftData data)
    {
        SftRow row =
            line.HasMessages(data.PromptField) || line.HasMessages(data.CompletionField) ? FromTurns(line, line.Messages(data.PromptField), line.Messages(data.CompletionField))
            : line.Has(data.PromptField) && line.Has(data.CompletionField) ? new(line.OptionalText(data.PromptField)!, line.OptionalText(data.CompletionField)!)
            : line.Has(data.TextField) ? new("", line.OptionalText(data.TextField)!)
            : line.Has(MessagesField) && line.Messages(MessagesField) is var messages ? FromTurns(line, [.. messages.Take(messages.Count - 1)], [messages[^1]])
            : line.Has("instruction") && line.Has("output") ? FromInstruction(line)
            : throw line.Fault($"no layout fits. The row has {line.Fields()}; it needs {data.PromptField} and {data.CompletionField}, or {data.TextField}, or messages, "
                + "or instruction and output. Set data.prompt_field and data.completion_field, or data.text_field, to the row's fields.");
        return row.Completion.Length > 0 || row.Chat is not null ? row : throw line.Fault("there is nothing to learn: the completion is empty. Remove the row.");
    }

    private static SftRow FromInstruction(DataRow line)
    {
        string instruction = line.OptionalText("instruction")!;
        string? input = line.OptionalText("input");
        return new(string.IsNullOrEmpty(input) ? instruction : $"{instruction}\n{input}", line.OptionalText("output")!);
    }

    private static SftRow FromTurns(DataRow line, IReadOnlyList<ChatMessage> prompt, IReadOnlyList<ChatMessage> completion)
    {
        Conversation before = line.Conversation(prompt);
        return new(before.PlainText, new Conversation(completion).PlainText) { Chat = before.With(completion), CompletionTurns = completion.Count };
    }
}
