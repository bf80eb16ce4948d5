namespace Plumbline.Models.Tokens;

/// <summary>Prompts as tokens, never none.</summary>
public static class PromptTokens
{
    /// <summary>Encodes a prompt; an empty one becomes the beginning-of-text token, or the end-of-text token where there is no other.</summary>
    /// <exception cref="TokenizerException">The prompt is empty and the tokenizer has neither token.</exception>
    public static int[] EncodePrompt(this Tokenizer tokenizer, string prompt)
    {
        int[] ids = tokenizer.Encode(prompt);
        if (ids.Length > 0)
            return ids;
        return (tokenizer.BosTokenId ?? tokenizer.EosTokenId) is { } first
            ? [first]
            : throw new TokenizerException("The prompt is empty, and the tokenizer has no beginning-of-text token to put in its place. Give a prompt.");
    }
}
