using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>Each run of word characters, and each run of what is neither word nor white space, is a match.</summary>
internal sealed class WordRuns : IPattern
{
    private enum Kind
    {
        Space,
        Word,
        Other,
    }

    /// <inheritdoc/>
    public string Source => @"\w+|[^\w\s]+";

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Segment> segments)
    {
        int start = 0, at = 0;
        Kind open = Kind.Space;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Kind kind = Rune.IsWhiteSpace(rune) ? Kind.Space : WordCharacters.Contain(rune) ? Kind.Word : Kind.Other;
            if (kind != open && at > start)
            {
                segments.Add(new(start, at, open != Kind.Space));
                start = at;
            }
            open = kind;
            at += rune.Utf16SequenceLength;
        }
        if (at > start)
            segments.Add(new(start, at, open != Kind.Space));
    }
}
