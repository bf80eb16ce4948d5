using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>Characters of the basic plane that stand for those beyond it while a .NET pattern runs.</summary>
/// <remarks>
/// .NET's patterns see UTF-16 units, so a letter beyond the basic plane would be two symbols. The pattern is therefore run on a shadow of the text, in which
/// each such character is replaced by one of the basic plane that the pattern cannot tell from it: one with the same category that no range of the pattern
/// holds, or, for characters that a range beyond the basic plane does hold, another one with the same category which is written into that range.
/// Where the text itself holds one of the latter, that is replaced too.
/// </remarks>
internal sealed class StandIns
{
    private static readonly Lazy<ILookup<UnicodeCategory, char>> ByCategory = new(() =>
        Enumerable.Range(0x80, 0xFF80).Reverse().Select(code => (char)code).Where(c => !char.IsSurrogate(c)).ToLookup(char.GetUnicodeCategory));

    private readonly (int First, int Last, int Cell)[] _cells;
    private readonly Dictionary<(UnicodeCategory Category, int Cell), char> _standIns = [];
    private readonly SearchValues<char> _replaced;

    /// <param name="classes">The pattern's classes.</param>
    internal StandIns(IEnumerable<CharacterClass> classes)
    {
        (int First, int Last)[] named = [.. classes.SelectMany(set => set.Ranges)];
        (int First, int Last)[] astral = [.. named.Where(range => range.Last >= CodeRanges.FirstAstral).Select(range => (Math.Max(range.First, CodeRanges.FirstAstral), range.Last)).Distinct()];
        (int First, int Last)[] basic = [.. named.Where(range => range.First < CodeRanges.FirstAstral)];
        _cells = [.. Cells(astral)];
        foreach (UnicodeCategory category in Enum.GetValues<UnicodeCategory>())
        {
            char[] free = [.. ByCategory.Value[category].Where(c => !CodeRanges.Hold(basic, c)).Take(_cells.Length + 1)];
            foreach (int cell in _cells.Select(range => range.Cell).Append(0).Distinct())
                _standIns[(category, cell)] = cell < free.Length ? free[cell] : '\uFFFF';
        }
        _replaced = SearchValues.Create(
            [.. Enumerable.Range(0xD800, 0x800).Select(code => (char)code), .. _standIns.Where(entry => entry.Key.Cell > 0).Select(entry => entry.Value)]);
    }

    /// <summary>True when a text has to be replaced by its shadow.</summary>
    internal bool Concern(ReadOnlySpan<char> text) => text.ContainsAny(_replaced);

    /// <summary>The text with one unit for each character.</summary>
    /// <param name="text">Well-formed text.</param>
    /// <param name="offsets">Where each unit's character begins in the text, and last the text's length.</param>
    internal string Shadow(ReadOnlySpan<char> text, out List<int> offsets)
    {
        var shadow = new StringBuilder(text.Length);
        offsets = new(text.Length + 1);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            offsets.Add(at);
            shadow.Append(rune.IsBmp && !_replaced.Contains((char)rune.Value) ? (char)rune.Value : _standIns[(Rune.GetUnicodeCategory(rune), Cell(rune.Value))]);
            at += rune.Utf16SequenceLength;
        }
        offsets.Add(at);
        return shadow.ToString();
    }

    /// <summary>What stands for the characters of a range beyond the basic plane that the pattern names.</summary>
    internal IEnumerable<char> Within(int first, int last) =>
        _cells.Where(cell => cell.First >= first && cell.Last <= last).Select(cell => cell.Cell).Distinct()
            .SelectMany(cell => Enum.GetValues<UnicodeCategory>().Select(category => _standIns[(category, cell)])).Where(c => c != '\uFFFF').Distinct();

    private int Cell(int code) => Array.Find(_cells, cell => cell.First <= code && code <= cell.Last).Cell;

    // The stretches between the ends of all ranges. Those that lie in the same ranges are one cell, numbered from 1; outside all is cell 0.
    private static IEnumerable<(int First, int Last, int Cell)> Cells((int First, int Last)[] ranges)
    {
        int[] starts = [.. ranges.SelectMany(range => (int[])[range.First, range.Last + 1]).Distinct().Order()];
        var numbers = new Dictionary<string, int>();
        for (int i = 0; i + 1 < starts.Length; i++)
        {
            string held = string.Join(',', Enumerable.Range(0, ranges.Length).Where(r => ranges[r].First <= starts[i] && starts[i] <= ranges[r].Last));
            if (held.Length == 0)
                continue;
            if (!numbers.TryGetValue(held, out int number))
                numbers.Add(held, number = numbers.Count + 1);
            yield return (starts[i], starts[i + 1] - 1, number);
        }
    }
}
