using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>What <c>\w</c> takes: letters, marks, decimal digits, connectors, and letters in circles and squares.</summary>
/// <remarks>
/// Two engines serve the reference. Oniguruma, which runs the patterns of a tokenizer.json, leaves the joiners U+200C and U+200D out; Rust's regex, which cuts
/// by Whitespace and guards single words, takes them in.
/// </remarks>
internal static class WordCharacters
{
    /// <summary>The categories, as a class of .NET has them.</summary>
    internal const string Names = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}";

    /// <summary>The letters in circles and squares.</summary>
    internal static IReadOnlyList<(int First, int Last)> Enclosed { get; } = [(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)];

    /// <summary>True for a character of a word, joiners among them.</summary>
    internal static bool Contain(Rune rune) => Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
        || rune.Value is 0x200C or 0x200D || CodeRanges.Hold(Enclosed, rune.Value);
}
