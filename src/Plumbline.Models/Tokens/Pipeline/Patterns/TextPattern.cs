using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>A text that is looked for as it stands.</summary>
internal sealed class TextPattern(string sought) : IPattern
{
    /// <inheritdoc/>
    public string Source { get; } = Regex.Escape(sought);

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Segment> segments)
    {
        int done = 0;
        while (sought.Length > 0 && text[done..].IndexOf(sought, StringComparison.Ordinal) is var ahead and >= 0)
        {
            int start = done + ahead;
            if (start > done)
                segments.Add(new(done, start, false));
            done = start + sought.Length;
            segments.Add(new(start, done, true));
        }
        if (done < text.Length)
            segments.Add(new(done, text.Length, false));
    }
}
