using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>One answer with a verdict on it, TRL's unpaired preference.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Completion">What was answered.</param>
/// <param name="IsGood">The verdict, from <c>label</c>.</param>
/// <param name="Split">The split the row names; null where it names none.</param>
internal sealed record UnpairedRow(string Prompt, string Completion, bool IsGood, string? Split)
{
    private const string CompletionField = "completion", LabelField = "label";

    /// <summary>Whether a row is one of these and no pair.</summary>
    public static bool Is(DataRow row, PreferenceFields fields) => row.Has(CompletionField) && row.Has(LabelField) && !row.Has(fields.Chosen);

    /// <summary>Reads rows and pairs them.</summary>
    /// <exception cref="DataException">A row is none, no pair can be made, or the rows shall stay on disk.</exception>
    public static RowList<PreferenceRow> ReadPairs(IReadOnlyList<DataSource> sources, DataReading reading, PreferenceFields fields, long seed)
    {
        if (reading.Streaming)
            throw new DataException(sources[0].Path, 0, "rows with a label are paired by their prompt, which needs all of them at once. Set data.streaming to false, or write the pairs out: prompt, chosen, rejected.");
        return RowList<UnpairedRow>.Read(sources, reading, row => From(row, fields), seed: seed).To(rows => Pair(rows) is { Count: > 0 } pairs ? pairs
            : throw new DataException(sources[0].Path, 0, "no prompt has both a good and a bad completion (label true and false), so there is nothing to compare."));
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="DataException">A field is missing or of another kind.</exception>
    public static UnpairedRow From(DataRow row, PreferenceFields fields)
    {
        string prompt = row.Text(fields.Prompt, "Rows with a label are paired by their prompt. Set data.prompt_field to the field that holds it.");
        string completion = row.Text(CompletionField, "Each row with a label needs its completion.");
        double label = row.Number(LabelField);
        return label is 0 or 1 ? new UnpairedRow(prompt, completion, label == 1, row.OptionalText(fields.Split))
            : throw row.Fault($"the field '{LabelField}' must be true for a good completion or false for a bad one.");
    }

    /// <summary>Pairs the first good answer to a prompt with its first bad one, the second with the second, and so on; those without a partner are left out.</summary>
    /// <remarks>A departure from TRL, which trains on such rows with other losses (KTO, BCO); here they are made into pairs for DPO.</remarks>
    /// <param name="rows">In any order.</param>
    /// <returns>The pairs, prompts in the order in which they first occur; a pair has the split of its good answer.</returns>
    public static IReadOnlyList<PreferenceRow> Pair(IEnumerable<UnpairedRow> rows) =>
    [
        .. rows.GroupBy(row => row.Prompt).SelectMany(prompt => prompt.Where(row => row.IsGood).Zip(prompt.Where(row => !row.IsGood),
            (good, bad) => new PreferenceRow(prompt.Key, good.Completion, bad.Completion, Split: good.Split))),
    ];
}
