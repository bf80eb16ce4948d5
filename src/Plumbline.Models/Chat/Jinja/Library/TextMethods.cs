using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Python's methods of texts.</summary>
internal static class TextMethods
{
    /// <summary>The methods by name.</summary>
    internal static IReadOnlyDictionary<string, Func<string, Arguments, Rendering, object?>> All { get; } = new Dictionary<string, Func<string, Arguments, Rendering, object?>>
    {
        ["strip"] = (text, given, _) => Strip(text, given.Get(0, "chars") as string, left: true, right: true),
        ["lstrip"] = (text, given, _) => Strip(text, given.Get(0, "chars") as string, left: true, right: false),
        ["rstrip"] = (text, given, _) => Strip(text, given.Get(0, "chars") as string, left: false, right: true),
        ["split"] = (text, given, rendering) => Split(text, given.Get(0, "sep") as string, given.Number(1, "maxsplit", -1), rendering),
        ["rsplit"] = (text, given, rendering) => SplitFromEnd(text, given.Get(0, "sep") as string, given.Number(1, "maxsplit", -1), rendering),
        ["splitlines"] = (text, _, rendering) => Lines(text, rendering),
        ["startswith"] = (text, given, _) => Any(given.Need(0, "prefix"), part => text.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (text, given, _) => Any(given.Need(0, "suffix"), part => text.EndsWith(part, StringComparison.Ordinal)),
        ["removeprefix"] = (text, given, _) => given.Text(0, "prefix") is { Length: > 0 } part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text,
        ["removesuffix"] = (text, given, _) => given.Text(0, "suffix") is { Length: > 0 } part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text,
        ["upper"] = (text, _, _) => text.ToUpperInvariant(),
        ["lower"] = (text, _, _) => text.ToLowerInvariant(),
        ["title"] = (text, _, _) => Title(text),
        ["capitalize"] = (text, _, _) => Capitalize(text),
        ["replace"] = (text, given, rendering) => Replace(text, given.Text(0, "old"), given.Text(1, "new"), given.Number(2, "count", -1), rendering),
        ["find"] = (text, given, _) => Place(text, text.IndexOf(given.Text(0, "sub"), StringComparison.Ordinal)),
        ["rfind"] = (text, given, _) => Place(text, text.LastIndexOf(given.Text(0, "sub"), StringComparison.Ordinal)),
        ["count"] = (text, given, _) => (long)text.Split(given.Text(0, "sub")).Length - 1,
        ["join"] = (text, given, rendering) => Join(text, given.Need(0, "iterable"), rendering),
        ["isdigit"] = (text, _, _) => text.Length > 0 && text.All(char.IsDigit),
        ["isspace"] = (text, _, _) => text.Length > 0 && text.All(CodePoints.IsSpace),
    };

    /// <summary>The text without white space, or without the characters given, at its ends.</summary>
    internal static string Strip(string text, string? characters, bool left, bool right)
    {
        bool Goes(char c) => characters is null ? CodePoints.IsSpace(c) : characters.Contains(c);
        int start = 0, end = text.Length;
        while (left && start < end && Goes(text[start]))
            start++;
        while (right && end > start && Goes(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>The text with its first letter large and the others small.</summary>
    internal static string Capitalize(string text) => text.Length == 0 ? "" : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary>The text with a part replaced, from the left at most so many times; below 0 every time.</summary>
    internal static string Replace(string text, string old, string by, int count, Rendering rendering)
    {
        string[] parts = old.Length > 0 ? text.Split(old, count < 0 ? int.MaxValue : count + 1)
            : throw new JinjaException("'replace' is to replace the empty text, which stands everywhere.");
        rendering.Make(text.Length + ((long)parts.Length * by.Length));
        return string.Join(by, parts);
    }

    private static Sequence Split(string text, string? separator, int most, Rendering rendering)
    {
        rendering.Make(text.Length);
        if (separator is not null)
            return separator.Length > 0 ? new([.. text.Split(separator, most < 0 ? int.MaxValue : most + 1)])
                : throw new JinjaException("'split' needs a separator that is not empty.");
        var words = new List<object?>();
        for (int at = NextWord(text, 0); at < text.Length; at = NextWord(text, at))
        {
            int end = at;
            while (end < text.Length && (words.Count == most || !CodePoints.IsSpace(text[end])))
                end++;
            words.Add(text[at..end]);
            at = end;
        }
        return new(words);
    }

    private static int NextWord(string text, int at)
    {
        while (at < text.Length && CodePoints.IsSpace(text[at]))
            at++;
        return at;
    }

    private static Sequence SplitFromEnd(string text, string? separator, int most, Rendering rendering)
    {
        Sequence all = Split(text, separator, -1, rendering);
        int joined = most < 0 ? 0 : all.Items.Count - 1 - most;
        return joined <= 0 ? all
            : separator is null ? throw new JinjaException("'rsplit' needs a separator where it splits only so many times.")
            : new([string.Join(separator, all.Items.Take(joined + 1)), .. all.Items.Skip(joined + 1)]);
    }

    private static Sequence Lines(string text, Rendering rendering)
    {
        rendering.Make(text.Length);
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return new([.. lines[^1].Length == 0 ? lines[..^1] : lines]);
    }

    private static bool Any(object? parts, Func<string, bool> holds) => parts switch
    {
        string part => holds(part),
        Sequence { IsTuple: true } tuple => tuple.Items.OfType<string>().Any(holds),
        _ => throw new JinjaException($"a text's beginning or end is compared with {Describe.Kind(parts)}, but must be with text or a tuple of texts."),
    };

    private static string Title(string text)
    {
        char[] letters = text.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
            letters[i] = i > 0 && char.IsLetter(letters[i - 1]) ? char.ToLowerInvariant(letters[i]) : char.ToUpperInvariant(letters[i]);
        return new string(letters);
    }

    private static long Place(string text, int at) => at < 0 ? -1 : CodePoints.Count(text[..at]);

    private static string Join(string separator, object? parts, Rendering rendering)
    {
        string[] texts = [.. Iteration.Items(parts).Select(part => part as string ?? throw new JinjaException($"'join' meets {Describe.Kind(part)}, but joins texts only."))];
        rendering.Make(texts.Sum(text => (long)text.Length + separator.Length));
        return string.Join(separator, texts);
    }
}
