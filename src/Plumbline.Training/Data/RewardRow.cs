using Plumbline.Models.Chat;
using Plumbline.Rewards;
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

    /// <summary>The conversation with its answer, for rows whose prompt is a list of messages; null for plain text.</summary>
    public Conversation? Chat { get; init; }

    /// <summary>The row as a reward source is asked: the last turn is what it scores.</summary>
    public RewardInput ToInput() => new(Prompt, Completion) { Messages = Chat?.Take(Chat.Messages.Count - 1).ToJson() };

    /// <summary>Whether the row names a split that is held out: val, valid, validation, dev, eval.</summary>
    public bool IsValidation => SplitNames.IsValidation(Split);

    /// <summary>Reads the labelled rows of a recipe.</summary>
    /// <param name="sources">Where they are: data.train or data.validation.</param>
    /// <param name="data">The names of the fields and the objectives.</param>
    /// <param name="labelled">Whether every objective must have a label in some row; false for rows that are to be scored.</param>
    /// <param name="seed">Seed of the mix, where there is one.</param>
    /// <returns>At least one row.</returns>
    /// <exception cref="DataException">A source cannot be read, a row lacks prompt or completion, a label is no number, an objective has no label at all, or there is no row.</exception>
    public static RowList<RewardRow> Read(IReadOnlyList<DataSource> sources, RewardData data, bool labelled = true, long seed = 0)
    {
        string? fields = null;
        RowList<RewardRow> rows = RowList<RewardRow>.Read(sources, data, row =>
        {
            fields ??= row.Fields();
            return From(row, data);
        }, seed: seed);
        string[] unlabelled = [.. data.Objectives.Where((_, objective) => rows.All(row => double.IsNaN(row.Labels[objective])))];
        if (labelled && unlabelled.Length > 0)
            throw new DataException(sources[0].Path, 0, $"no row has a label for {string.Join(", ", unlabelled)}. The first row has {fields}. Set data.objectives to the fields that hold labels.");
        return rows;
    }

    internal static RewardRow From(DataRow line, RewardData data)
    {
        string completionField = !line.Has(data.CompletionField) && line.Has(SecondCompletionField) ? SecondCompletionField : data.CompletionField;
        double[] labels = [.. data.Objectives.Select(line.Number)];
        string? split = line.OptionalText(data.SplitField);
        if (line.HasMessages(data.PromptField))
        {
            Conversation asked = line.Conversation(line.Messages(data.PromptField));
            Conversation chat = asked.With(line.HasMessages(completionField) ? line.Messages(completionField) : [new(ChatMessage.Assistant, Answer(line, completionField))]);
            return new RewardRow(chat.Take(chat.Messages.Count - 1).PlainText, chat.Messages[^1].Content, labels, split) { Chat = chat };
        }
        string prompt = data.PromptField.Length == 0 ? ""
            : line.Text(data.PromptField, "Set data.prompt_field to the field that holds the prompt, or to \"\" when there is none.");
        return new RewardRow(prompt, Answer(line, completionField), labels, split);
    }

    private static string Answer(DataRow line, string field) => line.Text(field, "Rename the one that holds the completion, or set data.completion_field to its name.");
}
