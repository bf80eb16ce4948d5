using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>One text in the place of every match of a pattern.</summary>
/// <param name="Pattern">What is replaced.</param>
/// <param name="Content">What takes its place, as it stands.</param>
internal sealed record Replacement(IPattern Pattern, string Content)
{
    /// <summary>The changed text.</summary>
    internal string Apply(string text)
    {
        var segments = new List<Segment>();
        Pattern.Find(text, segments);
        if (!segments.Exists(segment => segment.IsMatch))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (Segment segment in segments)
            if (segment.IsMatch)
                result.Append(Content);
            else
                result.Append(text.AsSpan(segment.Start, segment.End - segment.Start));
        return result.ToString();
    }
}
