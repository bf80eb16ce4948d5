using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;

namespace Plumbline.Training.Data;

/// <summary>Prompts of a file as tokens.</summary>
public static class PromptRowTokens
{
    /// <summary>Encodes a row's prompt: a conversation by the model's chat template, closed by the opening of the assistant's turn; a text as it is.</summary>
    /// <exception cref="ChatTemplateException">The row is a conversation, and the tokenizer has no chat template, or the template refuses it.</exception>
    /// <exception cref="TokenizerException">The prompt is empty and nothing can stand in its place.</exception>
    public static int[] EncodePrompt(this Tokenizer tokenizer, PromptRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Chat is { } chat ? tokenizer.Chat.EncodePrompt(chat) : tokenizer.EncodePrompt(row.Prompt);
    }
}
