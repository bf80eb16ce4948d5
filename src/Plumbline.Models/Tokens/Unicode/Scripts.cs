using System.Globalization;

namespace Plumbline.Models.Tokens.Unicode;

/// <summary>The script of each character, such as Latin, Han or Common.</summary>
internal static class Scripts
{
    private static readonly Lazy<Dictionary<string, (int First, int Last)[]>> Table = new(() => ScriptData.Ranges.Split(' ').Select(entry => entry.Split('='))
        .ToDictionary(halves => halves[0], halves => Ranges(halves[1]), StringComparer.OrdinalIgnoreCase));

    private static readonly Lazy<(int First, int Last, string Script)[]> InOrder = new(() =>
        [.. Table.Value.SelectMany(entry => entry.Value.Select(range => (range.First, range.Last, entry.Key))).OrderBy(range => range.First)]);

    /// <summary>The code points of a script, in rising order; null when there is no script of that name.</summary>
    internal static IReadOnlyList<(int First, int Last)>? Find(string name) => Table.Value.GetValueOrDefault(name);

    /// <summary>The script of a code point; null when Unicode assigns none.</summary>
    internal static string? Of(int code)
    {
        (int First, int Last, string Script)[] ranges = InOrder.Value;
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].Last < code)
                low = middle + 1;
            else
                high = middle;
        }
        return low < ranges.Length && ranges[low].First <= code ? ranges[low].Script : null;
    }

    private static (int First, int Last)[] Ranges(string packed)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (string entry in packed.Split(','))
        {
            int[] numbers = [.. entry.Split('+').Select(digits => int.Parse(digits, NumberStyles.HexNumber))];
            int first = numbers[0] + (ranges.Count == 0 ? 0 : ranges[^1].Last);
            ranges.Add((first, first + (numbers.Length == 1 ? 0 : numbers[1])));
        }
        return [.. ranges];
    }
}
