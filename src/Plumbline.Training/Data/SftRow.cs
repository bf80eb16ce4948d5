using System.Text.Json;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>A text to learn.</summary>
/// <param name="Prompt">What comes before; empty for a row that is one text.</param>
/// <param name="Completion">What is to be learnt; not empty.</param>
public sealed record SftRow(string Prompt, string Completion)
{
    /// <summary>Reads the rows of a recipe, each in any of the usual layouts, or the texts of .txt files.</summary>
    /// <remarks>
    /// A row is taken by the first layout whose fields it has: prompt and completion; one text; <c>messages</c>, of which the last is the
    /// completion and the contents of those before, parted by blank lines and without names of roles, the prompt; <c>instruction</c>,
    /// perhaps <c>input</c> on a line below it, and <c>output</c>. Nothing is added to the texts: no template, no separator.
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
            line.Has(data.PromptField) && line.Has(data.CompletionField) ? new(line.OptionalText(data.PromptField)!, line.OptionalText(data.CompletionField)!)
            : line.Has(data.TextField) ? new("", line.OptionalText(data.TextField)!)
            : line.Has("messages") ? FromMessages(line)
            : line.Has("instruction") && line.Has("output") ? FromInstruction(line)
            : throw line.Fault($"no layout fits. The row has {line.Fields()}; it needs {data.PromptField} and {data.CompletionField}, or {data.TextField}, or messages, "
                + "or instruction and output. Set data.prompt_field and data.completion_field, or data.text_field, to the row's fields.");
        return row.Completion.Length > 0 ? row : throw line.Fault("there is nothing to learn: the completion is empty. Remove the row.");
    }

    private static SftRow FromInstruction(DataRow line)
    {
        string instruction = line.OptionalText("instruction")!;
        string? input = line.OptionalText("input");
        return new(string.IsNullOrEmpty(input) ? instruction : $"{instruction}\n{input}", line.OptionalText("output")!);
    }

    private static SftRow FromMessages(DataRow line)
    {
        if (!line.TryGet("messages", out JsonElement messages) || messages.ValueKind is not JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw line.Fault("the field 'messages' must be a list of messages, {\"role\": ..., \"content\": ...}.");
        string[] contents = [.. messages.EnumerateArray().Select((message, index) => Content(line, message, index))];
        return new(string.Join("\n\n", contents[..^1]), contents[^1]);
    }

    private static string Content(DataRow line, JsonElement message, int index) =>
        message.ValueKind is JsonValueKind.Object && message.TryGetProperty("content", out JsonElement content) && content.ValueKind is JsonValueKind.String
            ? content.GetString()!
            : throw line.Fault($"message {index} has no text named 'content'. Each message must be {{\"role\": ..., \"content\": ...}}.");
}
