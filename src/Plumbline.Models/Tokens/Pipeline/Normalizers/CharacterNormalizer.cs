using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>Replaces each character by a text of its own.</summary>
/// <param name="replacement">What stands for a character: null for the character itself, empty to drop it.</param>
internal sealed class CharacterNormalizer(Func<Rune, string?> replacement) : INormalizer
{
    /// <summary>Drops every mark, without decomposing first.</summary>
    internal static CharacterNormalizer StripAccents { get; } = new(rune => Rune.GetUnicodeCategory(rune) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark ? "" : null);

    /// <summary>What SentencePiece's nmt rules do beside composing: controls are dropped, and what looks like a space becomes one.</summary>
    /// <remarks>Source: normalizers/unicode.rs of huggingface/tokenizers.</remarks>
    internal static CharacterNormalizer Nmt { get; } = new(rune => rune.Value switch
    {
        (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => "",
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => " ",
        _ => null,
    });

    /// <summary>Small letters, one character at a time: the final sigma has no form of its own.</summary>
    internal static CharacterNormalizer Lowercase { get; } = new(Lower);

    /// <summary>Each byte of the text's UTF-8 as a character of GPT-2's alphabet.</summary>
    internal static CharacterNormalizer ByteLevel { get; } = new(rune => ByteAlphabet.Spell(rune.ToString()));

    /// <inheritdoc/>
    public string Apply(string text)
    {
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (Rune rune in text.EnumerateRunes())
            if (replacement(rune) is { } changed)
                result.Append(changed);
            else
                result.Append(units[..rune.EncodeToUtf16(units)]);
        return result.ToString();
    }

    // U+0130, a capital I with a dot, is the one letter whose small form is two characters.
    private static string? Lower(Rune rune)
    {
        if (rune.Value == 0x130)
            return "i\u0307";
        Rune lower = Rune.ToLowerInvariant(rune);
        return lower == rune ? null : lower.ToString();
    }
}
