using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="invert">True to take what lies between the matches for the matches.</param>
internal sealed class Split(IPattern pattern, SplitBehavior behavior, bool invert = false) : IPreTokenizer
{
    /// <summary>The regular expression whose matches are pieces; null when the pieces are made in another way.</summary>
    internal string? WordPattern => behavior == (invert ? SplitBehavior.Removed : SplitBehavior.Isolated) ? pattern.Source : null;

    /// <inheritdoc/>
    public void Apply(Piece piece, List<Piece> pieces)
    {
        var segments = new List<Segment>(piece.Text.Length / 4 + 4);
        pattern.Find(piece.Text.Span, segments);
        if (invert)
            for (int i = 0; i < segments.Count; i++)
                segments[i] = segments[i] with { IsMatch = !segments[i].IsMatch };
        foreach (Segment segment in Joined(segments))
            if (segment.End > segment.Start)
                pieces.Add(new(piece.Text[segment.Start..segment.End], piece.First && segment.Start == 0));
    }

    private List<Segment> Joined(List<Segment> segments) => behavior switch
    {
        SplitBehavior.Removed => segments.FindAll(segment => !segment.IsMatch),
        SplitBehavior.MergedWithPrevious => Join(segments, (left, right) => right.IsMatch && !left.IsMatch),
        SplitBehavior.MergedWithNext => JoinBackwards(segments),
        SplitBehavior.Contiguous => Join(segments, (left, right) => left.IsMatch == right.IsMatch),
        _ => segments,
    };

    // Whether a segment joins the one before depends on the two as they were found.
    private static List<Segment> Join(List<Segment> segments, Func<Segment, Segment, bool> joins)
    {
        var joined = new List<Segment>(segments.Count);
        for (int i = 0; i < segments.Count; i++)
            if (i > 0 && joins(segments[i - 1], segments[i]))
                joined[^1] = joined[^1] with { End = segments[i].End };
            else
                joined.Add(segments[i]);
        return joined;
    }

    private static List<Segment> JoinBackwards(List<Segment> segments)
    {
        var joined = new List<Segment>(segments.Count);
        for (int i = segments.Count - 1; i >= 0; i--)
            if (segments[i].IsMatch && i + 1 < segments.Count && !segments[i + 1].IsMatch)
                joined[^1] = joined[^1] with { Start = segments[i].Start };
            else
                joined.Add(segments[i]);
        joined.Reverse();
        return joined;
    }
}
