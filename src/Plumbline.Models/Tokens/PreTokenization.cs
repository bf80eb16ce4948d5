using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokens;

/// <summary>Cuts text into the words inside which byte-level BPE merges: one or more patterns, each applied to the pieces of the one before.</summary>
/// <remarks>
/// .NET's patterns see UTF-16 units, so a letter beyond the basic plane would count as a symbol, unlike in the reference.
/// Where the text holds such characters the patterns are run on a shadow of it, in which each is replaced by one of the basic plane with the same category.
/// </remarks>
internal sealed partial class PreTokenization
{
    internal const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    internal const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly Regex[] _patterns;

    private PreTokenization(params Regex[] patterns) => _patterns = patterns;

    /// <summary>GPT-2's words.</summary>
    internal static PreTokenization Gpt2 { get; } = new(Gpt2Words());

    /// <summary>Qwen2's words: digits one by one, contractions in either case, line breaks with the symbols before them.</summary>
    internal static PreTokenization Qwen2 { get; } = new(Qwen2Words());

    /// <summary>The patterns, in the order applied.</summary>
    internal IReadOnlyList<string> Patterns => [.. _patterns.Select(pattern => pattern.ToString())];

    /// <summary>Words by patterns of a tokenizer.json.</summary>
    /// <exception cref="ArgumentException">.NET does not understand a pattern.</exception>
    internal static PreTokenization Of(IEnumerable<string> patterns) => new([.. patterns.Select(pattern => pattern switch
    {
        Gpt2Pattern => Gpt2Words(),
        Qwen2Pattern => Qwen2Words(),
        _ => new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled),
    })]);

    /// <summary>Adds the words of a text, in order and without gaps.</summary>
    internal void Split(string text, List<Range> words)
    {
        words.Clear();
        if (text.Length == 0)
            return;
        int[]? offsets = null;
        string shadow = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Shadow(text, out offsets);
        words.Add(..shadow.Length);
        foreach (Regex pattern in _patterns)
            Split(pattern, shadow, words);
        if (offsets is not null)
            for (int i = 0; i < words.Count; i++)
                words[i] = offsets[words[i].Start.Value]..offsets[words[i].End.Value];
    }

    private static void Split(Regex pattern, string text, List<Range> words)
    {
        Range[] pieces = [.. words];
        words.Clear();
        foreach (Range piece in pieces)
        {
            int done = piece.Start.Value;
            foreach (ValueMatch match in pattern.EnumerateMatches(text.AsSpan(piece)))
            {
                int start = piece.Start.Value + match.Index;
                if (start > done)
                    words.Add(done..start);
                if (match.Length > 0)
                    words.Add(start..(start + match.Length));
                done = start + match.Length;
            }
            if (done < piece.End.Value)
                words.Add(done..piece.End.Value);
        }
    }

    private static string Shadow(string text, out int[] offsets)
    {
        var shadow = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            starts.Add(at);
            shadow.Append(rune.IsBmp ? (char)rune.Value : Likeness(Rune.GetUnicodeCategory(rune)));
            at += rune.Utf16SequenceLength;
        }
        starts.Add(at);
        offsets = [.. starts];
        return shadow.ToString();
    }

    private static char Likeness(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => 'Ж',
        UnicodeCategory.LowercaseLetter => 'ж',
        UnicodeCategory.TitlecaseLetter => 'ǅ',
        UnicodeCategory.ModifierLetter => 'ʰ',
        UnicodeCategory.OtherLetter => '中',
        UnicodeCategory.NonSpacingMark => '\u0301',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u20DD',
        UnicodeCategory.DecimalDigitNumber => '٣',
        UnicodeCategory.LetterNumber => 'Ⅷ',
        UnicodeCategory.OtherNumber => '²',
        UnicodeCategory.ConnectorPunctuation => '‿',
        UnicodeCategory.DashPunctuation => '–',
        UnicodeCategory.OtherPunctuation => '‡',
        UnicodeCategory.MathSymbol => '∑',
        UnicodeCategory.CurrencySymbol => '€',
        UnicodeCategory.ModifierSymbol => '˂',
        UnicodeCategory.OtherSymbol => '☃',
        UnicodeCategory.Format => '\u2060',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\uFFFF',
    };

    [GeneratedRegex(Gpt2Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2Words();

    [GeneratedRegex(Qwen2Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Qwen2Words();
}
