using System.Text.RegularExpressions;

namespace Plumbline.Training.Evaluation.Judging;

/// <summary>A text as the judge reads it: words and marks in lower case, and hashes of runs of them.</summary>
internal static partial class JudgeText
{
    private const ulong Offset = 14695981039346656037, Prime = 1099511628211;

    /// <summary>Words (letters, digits, inner apostrophes) and single marks.</summary>
    public static string[] Tokens(string text) => [.. Pattern().Matches(text.ToLowerInvariant()).Select(m => m.Value)];

    public static bool IsWord(string token) => char.IsLetterOrDigit(token[0]);

    public static bool IsEnd(string token) => token is "." or "!" or "?";

    /// <summary>A 64-bit hash of a kind of feature and its parts, the same on every machine (FNV-1a, then mixed).</summary>
    public static ulong Hash(char kind, params ReadOnlySpan<string> parts)
    {
        ulong hash = (Offset ^ kind) * Prime;
        foreach (string part in parts)
        {
            foreach (char letter in part)
                hash = (hash ^ letter) * Prime;
            hash = (hash ^ '\u001f') * Prime;
        }
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        return hash ^ (hash >> 27);
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:'\p{L}+)*|[^\s\p{L}\p{N}]")]
    private static partial Regex Pattern();
}
