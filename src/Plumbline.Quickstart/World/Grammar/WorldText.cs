using System.Text;

namespace Plumbline.Quickstart.World.Grammar;

/// <summary>Words and punctuation of the world's plain text.</summary>
internal static class WorldText
{
    public static bool IsWordPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '\'' or '-';

    public static bool IsEnd(string token) => token is "." or "?" or "!";

    /// <summary>Lower-case words and single marks, in order; white space separates and vanishes.</summary>
    public static List<string> Tokens(string text)
    {
        List<string> tokens = [];
        for (int at = 0; at < text.Length;)
        {
            int start = at++;
            if (char.IsWhiteSpace(text[start]))
                continue;
            if (IsWordPart(text[start]))
                while (at < text.Length && IsWordPart(text[at]))
                    at++;
            tokens.Add(text[start..at].ToLowerInvariant());
        }
        return tokens;
    }

    /// <summary>Tokens as text: a space before every word, none before a mark.</summary>
    public static string Join(IReadOnlyList<string> tokens)
    {
        var text = new StringBuilder();
        foreach (string token in tokens)
        {
            if (text.Length > 0 && IsWordPart(token[0]))
                text.Append(' ');
            text.Append(token);
        }
        return text.ToString();
    }
}
