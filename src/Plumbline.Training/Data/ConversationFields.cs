using System.Text.Json;
using Plumbline.Models.Chat;
using Plumbline.Rewards;

namespace Plumbline.Training.Data;

/// <summary>Reads conversations from the rows of a file, in TRL's layout: lists of messages, with columns <c>tools</c> and <c>chat_template_kwargs</c> where they are.</summary>
internal static class ConversationFields
{
    private const string ToolsField = "tools", VariablesField = "chat_template_kwargs";

    /// <summary>Whether a field holds a list of messages rather than a text.</summary>
    internal static bool HasMessages(this DataRow row, string field) => row.TryGet(field, out JsonElement value) && value.ValueKind == JsonValueKind.Array;

    /// <summary>The messages of a field.</summary>
    /// <exception cref="DataException">The field is no list, an empty one, or one of something else.</exception>
    internal static IReadOnlyList<ChatMessage> Messages(this DataRow row, string field)
    {
        if (!row.TryGet(field, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw row.Fault($"the field '{field}' must be a list of messages, {{\"role\": ..., \"content\": ...}}.");
        ChatMessage[] messages = [.. list.EnumerateArray().Select((message, index) => ChatMessage.Read(message)
            ?? throw row.Fault($"message {index} of '{field}' has no role, or no content that is text. Each message must be {{\"role\": ..., \"content\": ...}}."))];
        return messages.Length > 0 ? messages : throw row.Fault($"the field '{field}' is an empty list. It must hold at least one message.");
    }

    /// <summary>A conversation of messages, with the tools and template variables of its row.</summary>
    /// <exception cref="DataException">The tools are no list, or the variables no object.</exception>
    internal static Conversation Conversation(this DataRow row, IReadOnlyList<ChatMessage> messages) => new(messages)
    {
        Tools = Structure(row, ToolsField, JsonValueKind.Array, "a list of JSON schemas"),
        Variables = Structure(row, VariablesField, JsonValueKind.Object, "an object of names and values"),
        Origin = row.Place,
    };

    /// <summary>The conversation of a completion to be scored, the completion its last turn; null where the prompt is plain text.</summary>
    internal static Conversation? Answered(RewardInput input) => input.Messages is not { } messages ? null
        : new([.. messages.EnumerateArray().Select(ChatMessage.Read).OfType<ChatMessage>(), new(ChatMessage.Assistant, input.Completion)]);

    /// <summary>The messages as a list of JSON, for those who know no other form.</summary>
    internal static JsonElement ToJson(this Conversation conversation) => JsonSerializer.SerializeToElement(conversation.Messages.Select(message =>
        message.Source ?? JsonSerializer.SerializeToElement(new { role = message.Role, content = message.Content })));

    // A list or object, or the text of one, as tables of flat columns hold it.
    private static JsonElement? Structure(DataRow row, string field, JsonValueKind kind, string wanted)
    {
        if (!row.Has(field) || !row.TryGet(field, out JsonElement value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            value = Parsed(value.GetString()!) ?? value;
        return value.ValueKind == kind ? value : throw row.Fault($"the field '{field}' is {DataRow.Kind(value)}, but must be {wanted}.");
    }

    private static JsonElement? Parsed(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
