using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Sft;

/// <summary>Tokens to learn, after tokens that are only read.</summary>
/// <param name="PromptIds">Read only; at least one.</param>
/// <param name="CompletionIds">Learned, all or those of <see cref="Learned"/>; at least one.</param>
public sealed record SftExample(int[] PromptIds, int[] CompletionIds)
{
    /// <summary>Which tokens of the completion count in the loss, at least one; null where all do.</summary>
    public bool[]? Learned { get; init; }

    /// <summary>Tokens that count in the loss.</summary>
    public int LearnedCount => Learned?.Count(counts => counts) ?? CompletionIds.Length;

    /// <summary>All tokens.</summary>
    public int Length => PromptIds.Length + CompletionIds.Length;

    /// <summary>Turns a row into examples: one for a conversation or a prompt and completion, one for each stretch of <paramref name="maxLength"/> tokens of a plain text.</summary>
    /// <param name="row">The texts or the conversation.</param>
    /// <param name="tokenizer">The policy's.</param>
    /// <param name="maxLength">Tokens at most; a longer completion loses its end, a longer prompt its beginning.</param>
    /// <param name="options">What is learned.</param>
    /// <exception cref="ChatTemplateException">The row is a conversation that cannot be rendered, or whose turns cannot be told apart.</exception>
    public static IEnumerable<SftExample> From(SftRow row, Tokenizer tokenizer, int maxLength, SftOptions options) => row.Chat is { } chat
        ? FromChat(chat, row.CompletionTurns, tokenizer.Chat, maxLength, options) is { } example ? [example] : []
        : FromText(row, tokenizer, maxLength, options.CompletionOnlyLoss);

    // All the assistant's turns, or the last turns, or the whole conversation. A text cut to length keeps its beginning where all turns count, and its answer otherwise.
    private static SftExample? FromChat(Conversation chat, int completionTurns, ChatFormat format, int maxLength, SftOptions options)
    {
        if (!options.AssistantOnlyLoss && options.CompletionOnlyLoss)
        {
            (int[] prompt, int[] answer) = format.EncodeAnswer(chat, completionTurns).Split();
            return Fitted(prompt, answer, maxLength);
        }
        MarkedTokens marked = options.AssistantOnlyLoss ? format.EncodeTurns(chat) : format.EncodeWhole(chat);
        int length = Math.Min(maxLength, marked.Ids.Length), first = Math.Max(1, marked.FirstAssistant);
        bool[] learned = first < length ? marked.IsAssistant[first..length] : [];
        return learned.Contains(true) ? new(marked.Ids[..first], marked.Ids[first..length]) { Learned = learned } : null;
    }

    private static IEnumerable<SftExample> FromText(SftRow row, Tokenizer tokenizer, int maxLength, bool completionOnly)
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
        if (Fitted(tokenizer.Encode(row.Prompt), completion, maxLength) is { } example)
            yield return example;
    }

    private static SftExample? Fitted(int[] prompt, int[] completion, int maxLength)
    {
        if (prompt.Length > maxLength / 2 && prompt.Length + completion.Length > maxLength)
            prompt = prompt[^Math.Max(maxLength / 2, Math.Min(prompt.Length, maxLength - completion.Length))..];
        if (prompt.Length + completion.Length > maxLength)
            completion = completion[..(maxLength - prompt.Length)];
        return prompt.Length > 0 && completion.Length > 0 ? new(prompt, completion) : null;
    }
}
