using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokens;

/// <summary>Unicode's Normalization Form C, which Qwen2's tokenizer applies before it splits.</summary>
/// <remarks>
/// <see cref="string.Normalize()"/> returns its input unchanged where .NET runs without ICU (InvariantGlobalization), hence tables of our own.
/// Source: Unicode Standard Annex #15.
/// </remarks>
internal static class NormalizationFormC
{
    private const int HangulFirst = 0xAC00, HangulCount = 11172, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7;
    private const int VowelCount = 21, TrailCount = 28;

    // Below U+0300 every character is composed already and combines with nothing before it.
    private static readonly SearchValues<char> Settled = SearchValues.Create(Enumerable.Range(0, 0x300).Select(c => (char)c).ToArray());
    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<(int, int), int> Compositions = [];
    private static readonly Dictionary<int, byte> Classes = [];

    static NormalizationFormC()
    {
        foreach (string run in CanonicalData.Decompositions.Split(' '))
        {
            string[] halves = run.Split('=');
            int code = Hex(halves[0]);
            foreach (string entry in halves[1].Split(','))
            {
                int[] parts = [.. entry.TrimEnd('!').Split('+').Select(Hex)];
                Decompositions.Add(code, parts);
                if (parts.Length == 2 && !entry.EndsWith('!'))
                    Compositions.Add((parts[0], parts[1]), code);
                code++;
            }
        }
        foreach (string range in CanonicalData.CombiningClasses.Split(' '))
        {
            string[] halves = range.Split(':');
            string[] ends = halves[0].Split('-');
            for (int code = Hex(ends[0]); code <= Hex(ends[^1]); code++)
                Classes.Add(code, byte.Parse(halves[1]));
        }
    }

    /// <summary>The same text, canonically composed.</summary>
    internal static string Apply(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(Settled) < 0)
            return text;
        var codes = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, codes);
        Order(codes);
        Compose(codes);
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (int code in codes)
            result.Append(units[..new Rune(code).EncodeToUtf16(units)]);
        return result.ToString();
    }

    private static void Decompose(int code, List<int> codes)
    {
        int syllable = code - HangulFirst;
        if (syllable is >= 0 and < HangulCount)
        {
            codes.Add(LeadFirst + syllable / (VowelCount * TrailCount));
            codes.Add(VowelFirst + syllable % (VowelCount * TrailCount) / TrailCount);
            if (syllable % TrailCount != 0)
                codes.Add(TrailFirst + syllable % TrailCount);
        }
        else if (Decompositions.TryGetValue(code, out int[]? parts))
            foreach (int part in parts)
                Decompose(part, codes);
        else
            codes.Add(code);
    }

    // Marks between two starters are sorted by class; the sort is stable.
    private static void Order(List<int> codes)
    {
        for (int i = 1; i < codes.Count; i++)
            for (int j = i; j > 0 && Class(codes[j]) != 0 && Class(codes[j - 1]) > Class(codes[j]); j--)
                (codes[j], codes[j - 1]) = (codes[j - 1], codes[j]);
    }

    private static void Compose(List<int> codes)
    {
        int kept = 0, starter = -1, lastClass = -1;
        foreach (int code in codes.ToArray())
        {
            int combining = Class(code);
            // A mark is blocked from its starter by an equal or higher class between them; a starter by anything between.
            if (starter >= 0 && lastClass < combining && Pair(codes[starter], code) is { } composed)
            {
                codes[starter] = composed;
                continue;
            }
            if (combining == 0)
                (starter, lastClass) = (kept, -1);
            else
                lastClass = combining;
            codes[kept++] = code;
        }
        codes.RemoveRange(kept, codes.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst;
        if (lead is >= 0 and < 19 && vowel is >= 0 and < VowelCount)
            return HangulFirst + (lead * VowelCount + vowel) * TrailCount;
        int syllable = first - HangulFirst, trail = second - TrailFirst;
        if (syllable is >= 0 and < HangulCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
            return first + trail;
        return Compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private static int Class(int code) => code < 0x300 ? 0 : Classes.GetValueOrDefault(code);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber);
}
