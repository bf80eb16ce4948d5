using System.Text.Json;

namespace Plumbline.Training.Data;

/// <summary>Two answers to one prompt, one preferred to the other.</summary>
/// <param name="Prompt">What was asked; may be empty.</param>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The other.</param>
/// <param name="Margin">By how much the chosen one is better, in whatever unit the row's maker used; NaN where the row does not say.</param>
/// <param name="Split">The split the row names, such as <c>val</c>; null where it names none.</param>
public sealed record PreferenceRow(string Prompt, string Chosen, string Rejected, double Margin = double.NaN, string? Split = null)
{
    private const string MarginField = "margin";

    /// <summary>Whether the row names a split that is held out: val, valid, validation, dev, eval.</summary>
    public bool IsValidation => Split?.ToLowerInvariant() is "val" or "valid" or "validation" or "dev" or "eval";

    /// <summary>Reads the rows of a JSONL file in TRL's layouts.</summary>
    /// <remarks>
    /// Prompt, chosen and rejected are texts or lists of messages, <c>{"role": ..., "content": ...}</c>. Of a list of messages the last is the answer;
    /// those before it, parted by blank lines and without names of roles, are the prompt where the row has no prompt of its own. Nothing is added to the texts.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="promptField">The field of the prompt; empty, or absent from a row whose answers are messages: taken from the messages.</param>
    /// <param name="chosenField">The field of the preferred answer.</param>
    /// <param name="rejectedField">The field of the other.</param>
    /// <param name="splitField">The field that names the row's split.</param>
    /// <returns>At least one row, in the file's order.</returns>
    /// <exception cref="DataException">The file cannot be read, a row lacks a field or has one of another kind, or there is no row.</exception>
    public static IReadOnlyList<PreferenceRow> Read(string path, string promptField = "prompt", string chosenField = "chosen", string rejectedField = "rejected", string splitField = "split")
    {
        PreferenceRow[] rows = [.. JsonLines.Read(path).Select(line => FromLine(line, promptField, chosenField, rejectedField, splitField))];
        return rows.Length > 0 ? rows : throw new DataException(path, 0, "the file holds no rows.");
    }

    private static PreferenceRow FromLine(JsonLine line, string promptField, string chosenField, string rejectedField, string splitField)
    {
        (string before, string chosen) = Answer(line, chosenField, "data.chosen_field");
        (string otherBefore, string rejected) = Answer(line, rejectedField, "data.rejected_field");
        string prompt = before;
        if (line.Has(promptField))
            prompt = Joined(Texts(line, promptField));
        else if (before.Length == 0 && promptField.Length > 0)
            throw line.Fault($"there is no field '{promptField}'. The row has {line.Fields()}. Set data.prompt_field to the field that holds the prompt, or to \"\" when there is none.");
        else if (before != otherBefore)
            throw line.Fault($"the messages before the last differ between '{chosenField}' and '{rejectedField}', but both must answer the same prompt.");
        return new PreferenceRow(prompt, chosen, rejected, line.Number(MarginField), line.OptionalText(splitField));
    }

    private static (string Before, string Answer) Answer(JsonLine line, string field, string key)
    {
        if (!line.Has(field))
            _ = line.Text(field, $"Set {key} to the field that holds it.");
        string[] texts = Texts(line, field);
        return (Joined(texts[..^1]), texts[^1]);
    }

    private static string[] Texts(JsonLine line, string field)
    {
        JsonElement value = line.Value.GetProperty(field);
        if (value.ValueKind is not JsonValueKind.Array)
            return [line.OptionalText(field)!];
        string[] texts = [.. value.EnumerateArray().Select((message, index) =>
            message.ValueKind is JsonValueKind.Object && message.TryGetProperty("content", out JsonElement content) && content.ValueKind is JsonValueKind.String
                ? content.GetString()!
                : throw line.Fault($"message {index} of '{field}' has no text named 'content'. Each message must be {{\"role\": ..., \"content\": ...}}."))];
        return texts.Length > 0 ? texts : throw line.Fault($"the field '{field}' is an empty list. It must hold at least one message.");
    }

    private static string Joined(string[] texts) => string.Join("\n\n", texts);
}
