using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;

namespace Plumbline.Training.Rewards;

/// <summary>How a reward model reads a (prompt, completion): prompt, separator, completion, end.</summary>
/// <remarks>The separator is the tokenizer's <c>&lt;|sep|&gt;</c> where it has one (trunks from scratch do), else a line break.</remarks>
internal static class RewardText
{
    public const string Separator = "<|sep|>";

    /// <summary>Token ids, at most <paramref name="maxLength"/>: a long prompt loses its beginning first (it may keep half the room), a long completion its end.</summary>
    public static int[] Encode(Tokenizer tokenizer, string prompt, string completion, int maxLength, bool lowercase, bool withEnd = true)
    {
        int[] before = tokenizer.Encode(Normalise(prompt, lowercase));
        int[] separator = tokenizer.TokenId(Separator) is { } id ? [id] : tokenizer.Encode("\n", addSpecialTokens: false);
        int[] after = tokenizer.Encode(Normalise(completion, lowercase), addSpecialTokens: false);
        int[] end = withEnd && tokenizer.EosTokenId is { } eos ? [eos] : [];
        int room = Math.Max(2, maxLength - separator.Length - end.Length);
        int promptRoom = Math.Max(room / 2, room - after.Length);
        if (before.Length > promptRoom)
            before = before[^promptRoom..];
        if (after.Length > room - before.Length)
            after = after[..(room - before.Length)];
        return [.. before, .. separator, .. after, .. end];
    }

    /// <summary>A text and its answer as a conversation.</summary>
    public static Conversation Talk(string prompt, string completion) => new([new ChatMessage("user", prompt), new ChatMessage(ChatMessage.Assistant, completion)]);

    /// <summary>Token ids of a conversation, at most <paramref name="maxLength"/>: what is too long loses its beginning.</summary>
    /// <exception cref="ChatTemplateException">The tokenizer has no chat template, or it refuses the conversation.</exception>
    public static int[] EncodeChat(Tokenizer tokenizer, Conversation talk, int maxLength)
    {
        int[] ids = tokenizer.Chat.EncodeWhole(talk).Ids;
        return ids.Length > maxLength ? ids[^maxLength..] : ids;
    }

    /// <summary>Lower case with a space before it, so that a word is the same token wherever it stands; or the text as it is.</summary>
    public static string Normalise(string text, bool lowercase) => lowercase && text.Length > 0 ? " " + text.ToLowerInvariant() : text;

    /// <summary>The token that stands for a hidden one: the end token, or the separator's first.</summary>
    public static int Filler(Tokenizer tokenizer) =>
        tokenizer.EosTokenId ?? tokenizer.TokenId(Separator) ?? tokenizer.Encode("\n", addSpecialTokens: false)[0];
}
