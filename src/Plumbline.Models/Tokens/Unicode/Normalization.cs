using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokens.Unicode;

/// <summary>Unicode's four normalisation forms.</summary>
/// <remarks>
/// <see cref="string.Normalize()"/> returns its input unchanged where .NET runs without ICU (InvariantGlobalization), hence tables of our own.
/// Source: Unicode Standard Annex #15.
/// </remarks>
internal static class Normalization
{
    private const int HangulFirst = 0xAC00, HangulCount = 11172, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;

    private static readonly Dictionary<int, int[]> Canonical = [], Compatible = [];
    private static readonly Dictionary<(int, int), int> Compositions = [];
    private static readonly Dictionary<int, byte> Classes = [];

    // The units that a form may change, or that may join the one before them; a text without any is in the form already.
    private static readonly (char First, SearchValues<char> All)[] Unsettled;

    static Normalization()
    {
        foreach (string run in CanonicalData.Decompositions.Split(' '))
        {
            string[] halves = run.Split('=');
            int code = Hex(halves[0]);
            foreach (string entry in halves[1].Split(','))
            {
                int[] parts = [.. entry.TrimEnd('!').Split('+').Select(Hex)];
                Canonical.Add(code, parts);
                if (parts.Length == 2 && !entry.EndsWith('!'))
                    Compositions.Add((parts[0], parts[1]), code);
                code++;
            }
        }
        foreach (string run in CompatibilityData.Decompositions.Split(' '))
        {
            string[] halves = run.Split('=');
            int code = Hex(halves[0]);
            foreach (string entry in halves[1].Split(','))
            {
                string[] counted = entry.Split('*');
                int[] parts = [.. counted[0].Split('+').Select(Hex)];
                for (int i = 0; i < (counted.Length == 1 ? 1 : Hex(counted[1])); i++)
                    Compatible.Add(code++, counted.Length == 1 ? parts : [parts[0] + i]);
            }
        }
        foreach (string range in CanonicalData.CombiningClasses.Split(' '))
        {
            string[] halves = range.Split(':');
            string[] ends = halves[0].Split('-');
            for (int code = Hex(ends[0]); code <= Hex(ends[^1]); code++)
                Classes.Add(code, byte.Parse(halves[1]));
        }
        HashSet<int> composed = [.. Compositions.Values], seconds = [.. Compositions.Keys.Select(pair => pair.Item2)];
        bool JoinsBefore(int unit) => Classes.ContainsKey(unit) || seconds.Contains(unit)
            || unit is >= VowelFirst and < VowelFirst + VowelCount or > TrailFirst and < TrailFirst + TrailCount;
        bool Decomposes(int unit) => Classes.ContainsKey(unit) || Canonical.ContainsKey(unit) || unit is >= HangulFirst and < HangulFirst + HangulCount;
        (char First, SearchValues<char> All) Units(Func<int, bool> unsettled)
        {
            char[] units = [.. Enumerable.Range(0, 0x10000).Where(unit => char.IsSurrogate((char)unit) || unsettled(unit)).Select(unit => (char)unit)];
            return (units[0], SearchValues.Create(units));
        }
        bool Composes(int unit) => JoinsBefore(unit) || (Canonical.ContainsKey(unit) && !composed.Contains(unit));
        Unsettled =
        [
            Units(Composes), Units(Decomposes),
            Units(unit => Composes(unit) || Compatible.ContainsKey(unit)), Units(unit => Decomposes(unit) || Compatible.ContainsKey(unit)),
        ];
    }

    /// <summary>The same text in a normalisation form.</summary>
    /// <param name="text">Well-formed text.</param>
    /// <param name="form">One of the four.</param>
    internal static string Apply(string text, NormalizationForm form)
    {
        ((char First, SearchValues<char> All) unsettled, bool compatible, bool compose) = form switch
        {
            NormalizationForm.FormC => (Unsettled[0], false, true),
            NormalizationForm.FormD => (Unsettled[1], false, false),
            NormalizationForm.FormKC => (Unsettled[2], true, true),
            _ => (Unsettled[3], true, false),
        };
        int beyond = text.AsSpan().IndexOfAnyInRange(unsettled.First, char.MaxValue);
        if (beyond < 0 || text.AsSpan(beyond).IndexOfAny(unsettled.All) < 0)
            return text;
        var codes = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, compatible, codes);
        Order(codes);
        if (compose)
            Compose(codes);
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (int code in codes)
            result.Append(units[..new Rune(code).EncodeToUtf16(units)]);
        return result.ToString();
    }

    private static void Decompose(int code, bool compatible, List<int> codes)
    {
        int syllable = code - HangulFirst;
        if (syllable is >= 0 and < HangulCount)
        {
            codes.Add(LeadFirst + syllable / (VowelCount * TrailCount));
            codes.Add(VowelFirst + syllable % (VowelCount * TrailCount) / TrailCount);
            if (syllable % TrailCount != 0)
                codes.Add(TrailFirst + syllable % TrailCount);
        }
        else if (compatible && Compatible.TryGetValue(code, out int[]? whole))
            codes.AddRange(whole);
        else if (Canonical.TryGetValue(code, out int[]? parts))
            foreach (int part in parts)
                Decompose(part, compatible, codes);
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
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
            return HangulFirst + (lead * VowelCount + vowel) * TrailCount;
        int syllable = first - HangulFirst, trail = second - TrailFirst;
        if (syllable is >= 0 and < HangulCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
            return first + trail;
        return Compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private static int Class(int code) => code < 0x300 ? 0 : Classes.GetValueOrDefault(code);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber);
}
