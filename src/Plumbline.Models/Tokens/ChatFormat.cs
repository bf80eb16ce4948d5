using System.Text;

namespace Plumbline.Models.Tokens;

/// <summary>Turns a conversation into the text a model expects: ChatML where its tokenizer has the tokens for it, plain text otherwise.</summary>
public static class ChatFormat
{
    internal const string TurnStart = "<|im_start|>", TurnEnd = "<|im_end|>";

    // What Qwen2.5's and Qwen2's templates say where a conversation has no system message; the longer contains the shorter.
    private static readonly string[] DefaultSystemMessages =
        ["You are Qwen, created by Alibaba Cloud. You are a helpful assistant.", "You are a helpful assistant."];

    /// <summary>The text of a conversation. Encode it without adding special tokens: they are in it.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="messages">The turns in order.</param>
    /// <param name="addGenerationPrompt">True to end with the opening of the assistant's next turn; plain text has none.</param>
    /// <returns>ChatML, opened by the template's own system message if the conversation has none; or the contents alone, one under the other.</returns>
    public static string Render(Tokenizer tokenizer, IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(messages);
        if (!UsesChatMl(tokenizer))
            return string.Join('\n', messages.Select(message => message.Content));
        var text = new StringBuilder();
        if (messages is not [{ Role: "system" }, ..] && DefaultSystemMessage(tokenizer.ChatTemplate) is { } system)
            Append(text, new("system", system));
        foreach (ChatMessage message in messages)
            Append(text, message);
        if (addGenerationPrompt)
            text.Append(TurnStart).Append("assistant\n");
        return text.ToString();
    }

    /// <summary>True when the tokenizer has ChatML's two tokens.</summary>
    public static bool UsesChatMl(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.TokenId(TurnStart) is not null && tokenizer.TokenId(TurnEnd) is not null;
    }

    private static void Append(StringBuilder text, ChatMessage message) =>
        text.Append(TurnStart).Append(message.Role).Append('\n').Append(message.Content).Append(TurnEnd).Append('\n');

    private static string? DefaultSystemMessage(string? template) =>
        template is null ? null : Array.Find(DefaultSystemMessages, message => template.Contains(message, StringComparison.Ordinal));
}
