using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>Each single character of a kind is a match.</summary>
internal sealed class CharacterPattern(string source, Func<Rune, bool> matches) : IPattern
{
    /// <summary>Unicode's white space.</summary>
    internal static CharacterPattern WhiteSpace { get; } = new(@"\s", Rune.IsWhiteSpace);

    /// <summary>Unicode's punctuation, and what of ASCII is neither letter, digit, space nor control.</summary>
    internal static CharacterPattern Punctuation { get; } =
        new(@"[\p{P}$+<=>^`|~]", rune => Rune.IsPunctuation(rune) || (rune.IsAscii && Rune.IsSymbol(rune)));

    /// <summary>Unicode's numbers of every kind.</summary>
    internal static CharacterPattern Number { get; } = new(@"\p{N}", Rune.IsNumber);

    /// <inheritdoc/>
    public string Source => source;

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Segment> segments)
    {
        int done = 0, at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int next = at + rune.Utf16SequenceLength;
            if (matches(rune))
            {
                if (at > done)
                    segments.Add(new(done, at, false));
                segments.Add(new(at, next, true));
                done = next;
            }
            at = next;
        }
        if (done < at)
            segments.Add(new(done, at, false));
    }
}
