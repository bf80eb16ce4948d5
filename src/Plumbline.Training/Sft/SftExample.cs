using Plumbline.Models.Tokens;
using Plumbline.Training.Data;

namespace Plumbline.Training.Sft;

/// <summary>Tokens to learn, after tokens that are only read.</summary>
/// <param name="PromptIds">Read only; at least one.</param>
/// <param name="CompletionIds">Learned; at least one.</param>
public sealed record SftExample(int[] PromptIds, int[] CompletionIds)
{
    /// <summary>All tokens.</summary>
    public int Length => PromptIds.Length + CompletionIds.Length;

    /// <summary>Turns a row into examples: one for a prompt and completion, one for each stretch of <paramref name="maxLength"/> tokens of a plain text.</summary>
    /// <param name="row">The texts.</param>
    /// <param name="tokenizer">The policy's.</param>
    /// <param name="maxLength">Tokens at most; a longer completion loses its end, a longer prompt its beginning.</param>
    /// <param name="completionOnly">Whether only the completion is learned.</param>
    public static IEnumerable<SftExample> From(SftRow row, Tokenizer tokenizer, int maxLength, bool completionOnly)
    {
        int[] end = tokenizer.EosTokenId is { } eos ? [eos] : [];
        if (row.Prompt.Length == 0 || !completionOnly)
        {
            int[] text = [.. tokenizer.Encode(row.Prompt + row.Completion), .. end];
            if (tokenizer.BosTokenId is null && tokenizer.EosTokenId is { } first)
                text = [first, .. text]; // the end of the text before it stands for a beginning
            foreach (int[] piece in text.Chunk(maxLength).Where(p => p.Length > 1))
                yield return new SftExample(piece[..1], piece[1..]);
            yield break;
        }
        int[] completion = [.. tokenizer.Encode(row.Completion, addSpecialTokens: false), .. end];
        int[] prompt = tokenizer.Encode(row.Prompt);
        if (prompt.Length > maxLength / 2 && prompt.Length + completion.Length > maxLength)
            prompt = prompt[^Math.Max(maxLength / 2, Math.Min(prompt.Length, maxLength - completion.Length))..];
        if (prompt.Length + completion.Length > maxLength)
            completion = completion[..(maxLength - prompt.Length)];
        if (prompt.Length > 0 && completion.Length > 0)
            yield return new SftExample(prompt, completion);
    }
}
