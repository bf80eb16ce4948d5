using System.Text.Json;

namespace Plumbline.Models.Chat;

/// <summary>A conversation with what else its template may look at.</summary>
/// <param name="Messages">The turns in order.</param>
public sealed record Conversation(IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>The tools that the assistant may call, a list of JSON schemas; null for none.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Further variables of the template by name, such as <c>{"enable_thinking": false}</c> (TRL's <c>chat_template_kwargs</c>); null for none.</summary>
    public JsonElement? Variables { get; init; }

    /// <summary>Where the conversation comes from, such as a file and line, for messages.</summary>
    public string? Origin { get; init; }

    /// <summary>The first so many turns.</summary>
    public Conversation Take(int turns) => this with { Messages = [.. Messages.Take(turns)] };

    /// <summary>The conversation with further turns.</summary>
    public Conversation With(IEnumerable<ChatMessage> more) => this with { Messages = [.. Messages, .. more] };

    /// <summary>The contents alone, parted by blank lines, as those see them who read no templates.</summary>
    public string PlainText => string.Join("\n\n", Messages.Select(message => message.Content));
}
