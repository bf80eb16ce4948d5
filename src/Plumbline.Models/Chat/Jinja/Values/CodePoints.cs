namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Texts as Python counts them: by code point.</summary>
internal static class CodePoints
{
    /// <summary>The number of characters.</summary>
    internal static int Count(string text)
    {
        int count = text.Length;
        for (int i = 1; i < text.Length; i++)
            if (char.IsSurrogatePair(text[i - 1], text[i]))
                count--;
        return count;
    }

    /// <summary>The characters, each as a text.</summary>
    internal static IReadOnlyList<object?> Split(string text)
    {
        var parts = new List<object?>(text.Length);
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            parts.Add(text.Substring(i, char.IsSurrogatePair(text, i) ? 2 : 1));
        return parts;
    }

    /// <summary>White space, as Python strips and splits at it.</summary>
    internal static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';
}
