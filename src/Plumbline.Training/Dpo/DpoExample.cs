using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;

namespace Plumbline.Training.Dpo;

/// <summary>A pair as tokens.</summary>
/// <param name="PromptIds">Read only; at least one.</param>
/// <param name="ChosenIds">The preferred answer, its end token included; at least one.</param>
/// <param name="RejectedIds">The other, likewise.</param>
public sealed record DpoExample(int[] PromptIds, int[] ChosenIds, int[] RejectedIds)
{
    /// <summary>Tokens that go through the model: the prompt twice, and both answers.</summary>
    public int TokenCount => 2 * PromptIds.Length + ChosenIds.Length + RejectedIds.Length;

    /// <summary>Tokens of the longer of the two rows.</summary>
    public int Length => PromptIds.Length + Math.Max(ChosenIds.Length, RejectedIds.Length);

    /// <summary>Turns a row into tokens; null where the two answers are the same tokens, and so nothing can be preferred.</summary>
    /// <remarks>
    /// The prompt is encoded as for sampling; an answer is closed by the end token, in a conversation by what the chat template puts there. Both rows keep the same prompt: where the longer answer does not fit,
    /// the prompt loses its beginning, down to half of the room, and then answers lose their end. Departure: TRL cuts the end only.
    /// </remarks>
    /// <param name="row">The texts or conversations.</param>
    /// <param name="tokenizer">The policy's.</param>
    /// <param name="maxLength">Tokens of prompt and answer at most; at least 2.</param>
    public static DpoExample? From(PreferenceRow row, Tokenizer tokenizer, int maxLength)
    {
        (int[] prompt, int[] chosen, int[] rejected) = row.Chat is { } chat ? OfTurns(row, chat, tokenizer.Chat) : OfTexts(row, tokenizer);
        int promptRoom = Math.Max(maxLength / 2, maxLength - Math.Max(chosen.Length, rejected.Length));
        if (prompt.Length > promptRoom)
            prompt = prompt[^promptRoom..];
        int room = maxLength - prompt.Length;
        chosen = chosen[..Math.Min(chosen.Length, room)];
        rejected = rejected[..Math.Min(rejected.Length, room)];
        return chosen.Length == 0 || rejected.Length == 0 || chosen.AsSpan().SequenceEqual(rejected) ? null : new DpoExample(prompt, chosen, rejected);
    }

    private static (int[] Prompt, int[] Chosen, int[] Rejected) OfTexts(PreferenceRow row, Tokenizer tokenizer)
    {
        int[] end = tokenizer.EosTokenId is { } eos ? [eos] : [];
        return (tokenizer.EncodePrompt(row.Prompt), [.. tokenizer.Encode(row.Chosen, addSpecialTokens: false), .. end], [.. tokenizer.Encode(row.Rejected, addSpecialTokens: false), .. end]);
    }

    // The template closes the answers itself.
    private static (int[] Prompt, int[] Chosen, int[] Rejected) OfTurns(PreferenceRow row, Conversation chat, ChatFormat format)
    {
        (int[] prompt, int[] chosen) = format.EncodeAnswer(chat.With(row.ChosenTurns), row.ChosenTurns.Count).Split();
        return (prompt, chosen, format.EncodeAnswer(chat.With(row.RejectedTurns), row.RejectedTurns.Count).Split().Answer);
    }
}
