using System.Text.Json;
using Plumbline.Models.Chat;
using Plumbline.Rewards;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>A prompt to be answered, with the tags that its file gives it.</summary>
/// <param name="Prompt">The text; of a conversation the contents, parted by blank lines.</param>
public sealed record PromptRow(string Prompt)
{
    private const string MessagesField = "messages";

    /// <summary>The conversation, for rows whose prompt is a list of messages, or that have <c>messages</c> and no prompt; null for plain text.</summary>
    public Conversation? Chat { get; init; }

    /// <summary>The conversation as a list of messages in JSON; null for plain text.</summary>
    public JsonElement? Messages => Chat?.ToJson();

    /// <summary>What a reward source is asked of a completion.</summary>
    public RewardInput AnsweredBy(string completion) => new(Prompt, completion) { Columns = Columns, Messages = Messages };

    /// <summary>What a good answer does, from <c>expected</c> (refuse or comply), or from <c>kind</c> as the embedded world's files have it; null where the file does not say.</summary>
    public ExpectedAnswer? Expected { get; init; }

    /// <summary>The attack family that wraps the request, from <c>family</c>, or from the world's <c>attack</c>; null where the file does not say.</summary>
    public string? Family { get; init; }

    /// <summary>The bare request behind the wrapping, from <c>behavior</c>; null where the file does not say.</summary>
    public string? Behavior { get; init; }

    /// <summary>What the request is about, from <c>category</c>, or the world's <c>kind</c> (everyday, harmful, look_alike); null where the file does not say.</summary>
    public string? Category { get; init; }

    /// <summary>What the row may be used for, such as train or heldout_family, from <c>split</c>; null where the file does not say.</summary>
    public string? Split { get; init; }

    /// <summary>Every field of the row but the prompt, as the file has it: what reward sources may want, such as a reference answer.</summary>
    public IReadOnlyDictionary<string, JsonElement> Columns { get; init; } = RewardInput.NoColumns;

    /// <summary>Reads the prompts of a recipe; of a .txt file, one a line. A tag that is absent or something other than text is null.</summary>
    /// <param name="sources">Where they are: data.prompts or data.eval_prompts.</param>
    /// <param name="data">The names of the fields.</param>
    /// <param name="seed">Seed of the mix, where there is one.</param>
    /// <returns>At least one row.</returns>
    /// <exception cref="DataException">A source cannot be read, a row has no prompt or an empty one, or there is no row.</exception>
    public static RowList<PromptRow> Read(IReadOnlyList<DataSource> sources, PromptData data, long seed = 0) =>
        RowList<PromptRow>.Read(sources, data, row => From(row, data.PromptField), new PlainTextFormat(TextUnit.Line, data.PromptField), seed);

    /// <summary>The same of one file, folder or pattern.</summary>
    /// <param name="path">The file.</param>
    /// <param name="promptField">The field of the prompt.</param>
    /// <returns>At least one row, in the file's order.</returns>
    /// <exception cref="DataException">The file cannot be read, a row has no prompt or an empty one, or there is no row.</exception>
    public static RowList<PromptRow> Read(string path, string promptField) => Read([path], new PromptData { PromptField = promptField });

    internal static PromptRow From(DataRow line, string promptField)
    {
        string? talk = line.HasMessages(promptField) ? promptField : !line.Has(promptField) && line.HasMessages(MessagesField) ? MessagesField : null;
        Conversation? chat = talk is null ? null : line.Conversation(line.Messages(talk));
        string prompt = chat?.PlainText ?? line.Text(promptField, "Set data.prompt_field to the field that holds the prompt.");
        if (prompt.Length == 0)
            throw line.Fault($"the field '{promptField}' is empty. A prompt must have text; remove the row.");
        string? kind = Tag(line, "kind"), attack = Tag(line, "attack");
        ExpectedAnswer? expected = (Tag(line, "expected") ?? kind) switch
        {
            "refuse" or "harmful" => ExpectedAnswer.Refuse,
            "comply" or "everyday" or "look_alike" => ExpectedAnswer.Comply,
            _ => null,
        };
        return new PromptRow(prompt)
        {
            Chat = chat,
            Expected = expected,
            Family = Tag(line, "family") ?? (attack != "none" ? attack : expected == ExpectedAnswer.Refuse ? "direct" : null),
            Behavior = Tag(line, "behavior"),
            Category = Tag(line, "category") ?? kind,
            Split = Tag(line, "split"),
            Columns = Others(line, promptField),
        };
    }

    // Under our names where the recipe gives them. Of two fields of one name the last counts, as it does for those that are read by name.
    private static IReadOnlyDictionary<string, JsonElement> Others(DataRow line, string promptField)
    {
        var columns = new Dictionary<string, JsonElement>();
        foreach (JsonProperty field in line.Value.EnumerateObject())
            columns[line.Columns.FirstOrDefault(column => column.Value == field.Name).Key ?? field.Name] = field.Value;
        columns.Remove(promptField);
        return columns.Count == 0 ? RewardInput.NoColumns : columns;
    }

    private static string? Tag(DataRow line, string field) =>
        line.TryGet(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
