using Microsoft.Extensions.AI;
using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using Turn = Plumbline.Models.Chat.ChatMessage;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>A conversation as the model reads it.</summary>
internal static class ChatPrompt
{
    /// <summary>The tokens of a conversation by the model's chat template, closed by the opening of the assistant's turn.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="instructions">The call's own instructions; they stand first.</param>
    /// <param name="system">The client's; they stand first where the conversation has no system message.</param>
    /// <exception cref="ArgumentException">There is no message.</exception>
    /// <exception cref="ChatTemplateException">The template refuses the conversation.</exception>
    /// <exception cref="NotSupportedException">A message holds what is no text.</exception>
    public static int[] Encode(Tokenizer tokenizer, IEnumerable<ChatMessage> messages, string? instructions, string? system)
    {
        List<Turn> turns = [.. messages.Select(message => new Turn(message.Role.Value, Text(message)))];
        if (turns.Count == 0)
            throw new ArgumentException("The conversation is empty; give at least one message.", nameof(messages));
        if ((instructions ?? (turns.Exists(turn => turn.Role == ChatRole.System.Value) ? null : system)) is { Length: > 0 } first)
            turns.Insert(0, new Turn(ChatRole.System.Value, first));
        return tokenizer.Chat.EncodePrompt(new Conversation(turns));
    }

    // What a model thought before it answered, and what an answer cost, are not said again.
    private static string Text(ChatMessage message) =>
        message.Contents.FirstOrDefault(content => content is not (TextContent or TextReasoningContent or UsageContent)) is { } stranger
            ? throw new NotSupportedException($"A message of the {message.Role.Value} holds {stranger.GetType().Name}, but a local model reads text alone. Put what it says into text.")
            : message.Text;
}
