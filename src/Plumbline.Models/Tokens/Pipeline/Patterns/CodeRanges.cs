namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>Sets of code points as ranges in rising order.</summary>
internal static class CodeRanges
{
    internal const int FirstAstral = 0x10000, Last = 0x10FFFF;

    /// <summary>Every code point that is in none of the ranges, which are in rising order.</summary>
    internal static IEnumerable<(int First, int Last)> Complement(IEnumerable<(int First, int Last)> ranges)
    {
        int next = 0;
        foreach ((int first, int last) in ranges)
        {
            if (first > next)
                yield return (next, first - 1);
            next = last + 1;
        }
        if (next <= Last)
            yield return (next, Last);
    }

    /// <summary>True when a code point lies in one of the ranges.</summary>
    internal static bool Hold(IEnumerable<(int First, int Last)> ranges, int code) => ranges.Any(range => range.First <= code && code <= range.Last);
}
