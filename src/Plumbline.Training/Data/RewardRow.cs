using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>A completion with its labels.</summary>
/// <param name="Prompt">What was asked; may be empty.</param>
/// <param name="Completion">What was answered.</param>
/// <param name="Labels">One label per objective, (M), in the order of <see cref="RewardData.Objectives"/>; NaN where there is none.</param>
/// <param name="Split">The split the row names, such as <c>val</c>; null where it names none.</param>
public sealed record RewardRow(string Prompt, string Completion, double[] Labels, string? Split)
{
    private const string SecondCompletionField = "completion";

    /// <summary>Whether the row names a split that is held out: val, valid, validation, dev, eval.</summary>
    public bool IsValidation => Split?.ToLowerInvariant() is "val" or "valid" or "validation" or "dev" or "eval";

    /// <summary>Reads the rows of a JSONL file.</summary>
    /// <param name="path">The file: data.train or data.validation.</param>
    /// <param name="data">The names of the fields and the objectives.</param>
    /// <param name="labelled">Whether every objective must have a label in some row; false for rows that are to be scored.</param>
    /// <returns>At least one row, in the file's order.</returns>
    /// <exception cref="DataException">The file cannot be read, a row lacks prompt or completion, a label is no number, an objective has no label at all, or there is no row.</exception>
    public static IReadOnlyList<RewardRow> Read(string path, RewardData data, bool labelled = true)
    {
        var rows = new List<RewardRow>();
        JsonLine? first = null;
        foreach (JsonLine line in JsonLines.Read(path))
        {
            first ??= line;
            rows.Add(FromLine(line, data));
        }
        if (first is null)
            throw new DataException(path, 0, "the file holds no rows.");
        string[] unlabelled = [.. data.Objectives.Where((_, objective) => rows.TrueForAll(row => double.IsNaN(row.Labels[objective])))];
        if (labelled && unlabelled.Length > 0)
            throw new DataException(path, 0, $"no row has a label for {string.Join(", ", unlabelled)}. The first row has {first.Fields()}. Set data.objectives to the fields that hold labels.");
        return rows;
    }

    private static RewardRow FromLine(JsonLine line, RewardData data)
    {
        string prompt = data.PromptField.Length == 0 ? ""
            : line.Text(data.PromptField, "Set data.prompt_field to the field that holds the prompt, or to \"\" when there is none.");
        string completionField = !line.Has(data.CompletionField) && line.Has(SecondCompletionField) ? SecondCompletionField : data.CompletionField;
        string completion = line.Text(completionField, "Set data.completion_field to the field that holds the completion.");
        string? split = line.OptionalText(data.SplitField);
        return new RewardRow(prompt, completion, [.. data.Objectives.Select(line.Number)], split);
    }
}
