namespace Plumbline.Models.Chat;

/// <summary>Finds what the assistant wrote in a rendered conversation.</summary>
/// <remarks>
/// Where the template marks it by generation blocks, that is it. Otherwise a turn is what comes between the text up to it, closed by the generation prompt,
/// and the text through it; this is sound only for templates that never change an earlier part of the text for a later turn.
/// </remarks>
/// <param name="render">A conversation's text, with the generation prompt or without.</param>
internal sealed class AssistantTurns(Func<Conversation, bool, RenderedChat> render)
{
    private const string Remedy = "Use a template with {% generation %} blocks (docs/chat-templates.md).";

    /// <summary>All stretches of the assistant's, in order.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="whole">Its text, without generation prompt.</param>
    /// <param name="isMarked">Whether the template has generation blocks.</param>
    /// <exception cref="ChatTemplateException">The stretches cannot be told.</exception>
    internal IReadOnlyList<Range> Find(Conversation conversation, RenderedChat whole, bool isMarked)
    {
        if (!isMarked)
            return [.. Enumerable.Range(0, conversation.Messages.Count).Where(i => conversation.Messages[i].IsAssistant).Select(i => Turn(conversation, whole, i, 1))];
        bool spoke = conversation.Messages.Any(message => message.IsAssistant);
        return whole.Generated.Count > 0 || !spoke ? whole.Generated
            : throw Fault(conversation, "The chat template has generation blocks, but they mark nothing of this conversation. They must stand in the template's own text, not in a macro.");
    }

    /// <summary>The stretch of so many turns from one on.</summary>
    /// <exception cref="ChatTemplateException">The text up to the turns, or through them, is not the beginning of the whole.</exception>
    internal Range Turn(Conversation conversation, RenderedChat whole, int first, int count)
    {
        string before = render(conversation.Take(first), true).Text;
        string through = first + count == conversation.Messages.Count ? whole.Text : render(conversation.Take(first + count), false).Text;
        if (!through.StartsWith(before, StringComparison.Ordinal))
            throw Fault(conversation, $"The chat template's text up to the assistant's turn (message {first}) and its opening is not the beginning of the text with that turn, so the turn's tokens cannot be told apart. {Remedy}");
        if (!whole.Text.StartsWith(through, StringComparison.Ordinal))
            throw Fault(conversation, $"The chat template is not prefix-preserving: it writes the text up to message {first + count - 1} otherwise once later messages follow, so the assistant's tokens cannot be told apart. {Remedy}");
        return before.Length..through.Length;
    }

    private static ChatTemplateException Fault(Conversation conversation, string what) => new(conversation.Origin is { } origin ? $"{origin}: {what}" : what);
}
