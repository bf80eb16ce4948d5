using System.Text.Json;

namespace Plumbline.Models.Chat;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks: system, user, assistant or tool; templates may know others.</param>
/// <param name="Content">What is said; empty where the turn is a call of a tool.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>The role of the model's own turns.</summary>
    public const string Assistant = "assistant";

    /// <summary>The turn as it was written, with fields such as <c>tool_calls</c> and <c>reasoning_content</c>, which the template sees; null where role and content are all.</summary>
    public JsonElement? Source { get; init; }

    /// <summary>Whether the turn is the model's own.</summary>
    public bool IsAssistant => Role == Assistant;

    /// <summary>Reads a turn: an object with a role, and content that is text, null, or a list of parts with text; without content it must have something else, such as tool calls.</summary>
    /// <param name="message">The turn.</param>
    /// <returns>The turn, or null where it has no role or its content is something else.</returns>
    public static ChatMessage? Read(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out JsonElement role) || role.ValueKind != JsonValueKind.String)
            return null;
        int fields = message.EnumerateObject().Count();
        string? content = message.TryGetProperty("content", out JsonElement said) ? Text(said) : fields > 1 ? "" : null;
        bool isPlain = said.ValueKind == JsonValueKind.String && fields == 2;
        return content is null ? null : new(role.GetString()!, content) { Source = isPlain ? null : message };
    }

    private static string? Text(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString(),
        JsonValueKind.Null => "",
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : "")),
        _ => null,
    };
}
