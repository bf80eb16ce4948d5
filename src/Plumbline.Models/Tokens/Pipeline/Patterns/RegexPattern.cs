using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>A regular expression of a tokenizer.json, run by .NET so that it finds what the reference finds, characters beyond the basic plane included.</summary>
internal sealed class RegexPattern : IPattern
{
    private readonly Regex _regex;
    private readonly StandIns _standIns;

    /// <param name="source">The expression in Oniguruma's syntax.</param>
    /// <exception cref="ArgumentException">The expression is malformed, or holds something that is not known here.</exception>
    internal RegexPattern(string source)
    {
        Source = source;
        (string translated, _standIns) = PatternReader.Translate(source);
        _regex = WordPatterns.Find(source) ?? new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.Compiled | RegexOptions.Multiline);
    }

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Segment> segments)
    {
        if (!_standIns.Concern(text))
        {
            FindIn(text, segments);
            return;
        }
        int first = segments.Count;
        FindIn(_standIns.Shadow(text, out List<int> offsets), segments);
        for (int i = first; i < segments.Count; i++)
            segments[i] = segments[i] with { Start = offsets[segments[i].Start], End = offsets[segments[i].End] };
    }

    private void FindIn(ReadOnlySpan<char> text, List<Segment> segments)
    {
        int done = 0;
        foreach (ValueMatch match in _regex.EnumerateMatches(text))
        {
            if (match.Index > done)
                segments.Add(new(done, match.Index, false));
            done = match.Index + match.Length;
            segments.Add(new(match.Index, done, true));
        }
        if (done < text.Length)
            segments.Add(new(done, text.Length, false));
    }
}
