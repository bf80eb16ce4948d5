using System.Globalization;
using System.Text;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>BERT's preparation of text: controls dropped, Chinese characters set apart, accents and capitals taken away.</summary>
/// <remarks>Source: Devlin et al. 2019, tokenization.py, BasicTokenizer; as in the reference, characters that Unicode has not assigned stay.</remarks>
internal sealed class BertNormalizer : INormalizer
{
    private static readonly CharacterNormalizer Clean = new(rune =>
        rune.Value is 0 or 0xFFFD || (rune.Value is not ('\t' or '\n' or '\r') && IsOther(rune)) ? "" : Rune.IsWhiteSpace(rune) ? " " : null);

    private static readonly CharacterNormalizer SetApart = new(rune => IsChinese(rune.Value) ? $" {rune} " : null);

    private static readonly CharacterNormalizer DropMarks = new(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? "" : null);

    /// <summary>True to drop controls and to make every white space a space.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary>True to put spaces around Chinese characters.</summary>
    public bool HandleChineseCharacters { get; init; } = true;

    /// <summary>True to take accents away.</summary>
    public bool StripAccents { get; init; } = true;

    /// <summary>True to write everything small.</summary>
    public bool Lowercase { get; init; } = true;

    /// <inheritdoc/>
    public string Apply(string text)
    {
        if (CleanText)
            text = Clean.Apply(text);
        if (HandleChineseCharacters)
            text = SetApart.Apply(text);
        if (StripAccents)
            text = DropMarks.Apply(Normalization.Apply(text, NormalizationForm.FormD));
        return Lowercase ? CharacterNormalizer.Lowercase.Apply(text) : text;
    }

    private static bool IsOther(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    private static bool IsChinese(int code) => code is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
