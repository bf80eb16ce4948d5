using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>A character class of a regular expression, as read from its text.</summary>
internal sealed class CharacterClass
{
    /// <summary>True for what is not in it.</summary>
    public bool Negated { get; set; }

    /// <summary>Parts that .NET writes the same way, such as <c>\p{L}</c>.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Code points told one by one or by range.</summary>
    public List<(int First, int Last)> Ranges { get; } = [];

    /// <summary>The other side of <c>&amp;&amp;</c>: a character must be in both.</summary>
    public CharacterClass? Intersected { get; set; }

    /// <summary>The class as .NET writes it.</summary>
    /// <param name="pattern">Receives it.</param>
    /// <param name="standIns">The characters of the basic plane that stand for those beyond it.</param>
    /// <param name="complement">True to write what is not in the class.</param>
    internal void Write(StringBuilder pattern, StandIns standIns, bool complement = false)
    {
        pattern.Append(Negated != complement ? "[^" : "[").AppendJoin("", Names);
        foreach ((int first, int last) in Ranges)
        {
            if (first < CodeRanges.FirstAstral)
                Append(pattern, first, Math.Min(last, CodeRanges.FirstAstral - 1));
            if (last >= CodeRanges.FirstAstral)
                foreach (char standIn in standIns.Within(Math.Max(first, CodeRanges.FirstAstral), last))
                    Append(pattern, standIn, standIn);
        }
        if (Intersected is { } other)
        {
            pattern.Append('-');
            other.Write(pattern, standIns, complement: true);
        }
        pattern.Append(']');
    }

    private static void Append(StringBuilder pattern, int first, int last)
    {
        pattern.Append($"\\u{first:X4}");
        if (last > first)
            pattern.Append($"-\\u{last:X4}");
    }
}
