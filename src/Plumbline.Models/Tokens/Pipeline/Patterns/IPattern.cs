namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>Something that is looked for in text. Immutable; safe on many threads at once.</summary>
internal interface IPattern
{
    /// <summary>The regular expression that finds the same.</summary>
    string Source { get; }

    /// <summary>Cuts a text into matches and what lies between, in order and without gaps.</summary>
    /// <param name="text">Well-formed text.</param>
    /// <param name="segments">Receives the segments; only a match may be empty.</param>
    void Find(ReadOnlySpan<char> text, List<Segment> segments);
}
