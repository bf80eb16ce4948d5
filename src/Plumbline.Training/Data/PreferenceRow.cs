using Plumbline.Models.Chat;
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

    /// <summary>The conversation that both answer; null for rows of plain text.</summary>
    public Conversation? Chat { get; init; }

    /// <summary>The turns of the preferred answer to <see cref="Chat"/>; none for rows of plain text.</summary>
    public IReadOnlyList<ChatMessage> ChosenTurns { get; init; } = [];

    /// <summary>The turns of the other.</summary>
    public IReadOnlyList<ChatMessage> RejectedTurns { get; init; } = [];

    /// <summary>Whether the row names a split that is held out: val, valid, validation, dev, eval.</summary>
    public bool IsValidation => SplitNames.IsValidation(Split);

    /// <summary>Reads the pairs of a recipe, in TRL's layouts.</summary>
    /// <remarks>
    /// Prompt, chosen and rejected are texts or lists of messages, <c>{"role": ..., "content": ...}</c>. Where the prompt is no list, the last of an answer's
    /// messages is the answer, and those before it the prompt; an answer of one message to a prompt of plain text is an answer to a user's message.
    /// Of texts without a prompt the common beginning is the prompt, as in TRL. Where rows are single answers with a <c>label</c> (TRL's unpaired preference),
    /// the first good answer to a prompt and the first bad one make a pair, the second and the second, and so on. Nothing is added to texts; messages go
    /// through the model's chat template.
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
        if (line.HasMessages(fields.Chosen) || line.HasMessages(fields.Rejected))
            return FromTurns(line, fields);
        string chosen = line.Text(fields.Chosen, "Set data.chosen_field to the field that holds it.");
        string rejected = line.Text(fields.Rejected, "Set data.rejected_field to the field that holds it.");
        string prompt = "";
        if (line.Has(fields.Prompt))
            prompt = line.OptionalText(fields.Prompt)!;
        else if (fields.Prompt.Length > 0)
        {
            int shared = ImplicitPrompt.Length(chosen, rejected);
            if (shared == 0)
                throw line.Fault($"there is no field '{fields.Prompt}', and the answers have no common beginning to take for it. The row has {line.Fields()}. Set data.prompt_field to the field that holds the prompt, or to \"\" when there is none.");
            (prompt, chosen, rejected) = (chosen[..shared], chosen[shared..], rejected[shared..]);
        }
        return new PreferenceRow(prompt, chosen, rejected, line.Number(MarginField), line.OptionalText(fields.Split));
    }

    private static PreferenceRow FromTurns(DataRow line, PreferenceFields fields)
    {
        IReadOnlyList<ChatMessage> chosen = line.Messages(fields.Chosen), rejected = line.Messages(fields.Rejected);
        IReadOnlyList<ChatMessage> prompt = line.HasMessages(fields.Prompt) ? line.Messages(fields.Prompt) : [];
        if (prompt.Count == 0)
        {
            prompt = [.. chosen.Take(chosen.Count - 1)];
            if (new Conversation(prompt).PlainText != new Conversation([.. rejected.Take(rejected.Count - 1)]).PlainText)
                throw line.Fault($"the messages before the last differ between '{fields.Chosen}' and '{fields.Rejected}', but both must answer the same prompt.");
            if (prompt.Count == 0 && line.OptionalText(fields.Prompt) is { } asked)
                prompt = [new("user", asked)];
            (chosen, rejected) = ([chosen[^1]], [rejected[^1]]);
        }
        if (prompt.Count == 0)
            throw line.Fault($"the answers are one message each, and there is no prompt that they answer. The row has {line.Fields()}. Set data.prompt_field to the field that holds the prompt.");
        Conversation chat = line.Conversation(prompt);
        return new PreferenceRow(chat.PlainText, new Conversation(chosen).PlainText, new Conversation(rejected).PlainText, line.Number(MarginField), line.OptionalText(fields.Split))
        {
            Chat = chat,
            ChosenTurns = chosen,
            RejectedTurns = rejected,
        };
    }
}
