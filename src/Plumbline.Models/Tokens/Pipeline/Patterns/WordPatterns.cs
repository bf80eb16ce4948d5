using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>The regular expressions by which well-known families cut text into words, compiled with the program.</summary>
internal static partial class WordPatterns
{
    internal const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Digits one by one, contractions in either case, line breaks with the symbols before them.</summary>
    internal const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Qwen2's with digits by three.</summary>
    internal const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The compiled expression of a pattern that is one of these; null for any other.</summary>
    internal static Regex? Find(string pattern) => pattern switch
    {
        Gpt2 => Gpt2Words(),
        Qwen2 => Qwen2Words(),
        Llama3 => Llama3Words(),
        _ => null,
    };

    [GeneratedRegex(Gpt2, RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2Words();

    [GeneratedRegex(Qwen2, RegexOptions.CultureInvariant)]
    private static partial Regex Qwen2Words();

    [GeneratedRegex(Llama3, RegexOptions.CultureInvariant)]
    private static partial Regex Llama3Words();
}
