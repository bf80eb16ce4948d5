using System.Text.RegularExpressions;

namespace Plumbline.Training.Rewards;

/// <summary>The simple rules a recipe can name.</summary>
public static class RewardRules
{
    /// <summary>1 within [min, max] words, falling linearly to 0 at a distance of max(1, bound) words outside.</summary>
    public static double Length(string completion, double min, double max)
    {
        int words = Words(completion).Length;
        double outside = words < min ? (min - words) / Math.Max(1, min) : words > max ? (words - max) / Math.Max(1, max) : 0;
        return Math.Max(0, 1 - outside);
    }

    /// <summary>1 where the pattern is found, else 0.</summary>
    public static double Matches(string completion, Regex pattern) => pattern.IsMatch(completion) ? 1 : 0;

    /// <summary>Share of word trigrams that are distinct: 1 means no repetition. Shorter texts score 1; an empty one 0.</summary>
    public static double Repetition(string completion)
    {
        string[] words = Words(completion);
        if (words.Length == 0)
            return 0;
        if (words.Length < 3)
            return 1;
        string[] trigrams = [.. Enumerable.Range(0, words.Length - 2).Select(i => string.Join(' ', words[i], words[i + 1], words[i + 2]))];
        return (double)trigrams.Distinct().Count() / trigrams.Length;
    }

    private static string[] Words(string text) => text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
