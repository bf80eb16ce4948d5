using System.Text.Json;
using Plumbline.Training.Recipes;

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
    public bool IsValidation => SplitNames.IsValidation(Split);

    /// <summary>Reads the pairs of a recipe, in TRL's layouts.</summary>
    /// <remarks>
    /// Prompt, chosen and rejected are texts or lists of messages, <c>{"role": ..., "content": ...}</c>. Of a list of messages the last is the answer;
    /// those before it, parted by blank lines and without names of roles, are the prompt where the row has no prompt of its own. Of texts without one,
    /// the common beginning is the prompt, as in TRL. Where rows are single answers with a <c>label</c> (TRL's unpaired preference), the first good
    /// answer to a prompt and the first bad one make a pair, the second and the second, and so on. Nothing is added to the texts.
    /// </remarks>
    /// <param name="sources">Where they are.</param>
    /// <param name="reading">Names of columns, and what becomes of faulty rows.</param>
    /// <param name="fields">The fields of prompt, preferred answer, other answer and split.</param>
    /// <param name="seed">Seed of the mix, where there is one.</param>
    /// <returns>At least one row.</returns>
    /// <exception cref="DataException">A source cannot be read, a row lacks a field or has one of another kind, or there is no row.</exception>
    public static RowList<PreferenceRow> Read(IReadOnlyList<DataSource> sources, DataReading reading, PreferenceFields fields, long seed = 0)
    {
        DataRow? first = RowReader.Read(sources[0], reading.Columns, null, new BadRows(OnBadRow.Skip)).FirstOrDefault();
        return first is not null && UnpairedRow.Is(first, fields) ? UnpairedRow.ReadPairs(sources, reading, fields, seed)
            : RowList<PreferenceRow>.Read(sources, reading, row => From(row, fields), seed: seed);
    }

    /// <summary>The same of one file, folder or pattern whose fields have their usual names.</summary>
    /// <param name="path">The file.</param>
    /// <returns>At least one row, in the file's order.</returns>
    /// <exception cref="DataException">As above.</exception>
    public static RowList<PreferenceRow> Read(string path) => Read([path], new DpoData(), new PreferenceFields());

    internal static PreferenceRow From(DataRow line, PreferenceFields fields)
    {
        (string before, string chosen) = Answer(line, fields.Chosen, "data.chosen_field");
        (string otherBefore, string rejected) = Answer(line, fields.Rejected, "data.rejected_field");
        string prompt = before;
        if (line.Has(fields.Prompt))
            prompt = Joined(Texts(line, fields.Prompt));
        else if (before.Length == 0 && fields.Prompt.Length > 0)
        {
            int shared = ImplicitPrompt.Length(chosen, rejected);
            if (shared == 0)
                throw line.Fault($"there is no field '{fields.Prompt}', and the answers have no common beginning to take for it. The row has {line.Fields()}. Set data.prompt_field to the field that holds the prompt, or to \"\" when there is none.");
            (prompt, chosen, rejected) = (chosen[..shared], chosen[shared..], rejected[shared..]);
        }
        else if (before != otherBefore)
            throw line.Fault($"the messages before the last differ between '{fields.Chosen}' and '{fields.Rejected}', but both must answer the same prompt.");
        return new PreferenceRow(prompt, chosen, rejected, line.Number(MarginField), line.OptionalText(fields.Split));
    }

    private static (string Before, string Answer) Answer(DataRow line, string field, string key)
    {
        if (!line.Has(field))
            _ = line.Text(field, $"Set {key} to the field that holds it.");
        string[] texts = Texts(line, field);
        return (Joined(texts[..^1]), texts[^1]);
    }

    private static string[] Texts(DataRow line, string field)
    {
        if (!line.TryGet(field, out JsonElement value) || value.ValueKind is not JsonValueKind.Array)
            return [line.OptionalText(field)!];
        string[] texts = [.. value.EnumerateArray().Select((message, index) =>
            message.ValueKind is JsonValueKind.Object && message.TryGetProperty("content", out JsonElement content) && content.ValueKind is JsonValueKind.String
                ? content.GetString()!
                : throw line.Fault($"message {index} of '{field}' has no text named 'content'. Each message must be {{\"role\": ..., \"content\": ...}}."))];
        return texts.Length > 0 ? texts : throw line.Fault($"the field '{field}' is an empty list. It must hold at least one message.");
    }

    private static string Joined(string[] texts) => string.Join("\n\n", texts);
}
