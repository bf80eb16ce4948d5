using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Filters that give text.</summary>
/// <remarks>Source: filters.py of pallets/jinja 3.1; tojson as transformers replaces it.</remarks>
internal static partial class TextFilters
{
    /// <summary>The filters by name.</summary>
    internal static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["tojson"] = ToJson,
        ["trim"] = (value, given, _) => TextMethods.Strip(Filters.Text(value), given.Get(0, "chars") as string, left: true, right: true),
        ["upper"] = (value, _, _) => Filters.Text(value).ToUpperInvariant(),
        ["lower"] = (value, _, _) => Filters.Text(value).ToLowerInvariant(),
        ["title"] = (value, _, _) => Words().Replace(Filters.Text(value), word => TextMethods.Capitalize(word.Value)),
        ["capitalize"] = (value, _, _) => TextMethods.Capitalize(Filters.Text(value)),
        ["replace"] = (value, given, rendering) => TextMethods.Replace(Filters.Text(value), given.Text(0, "old"), given.Text(1, "new"), given.Number(2, "count", -1), rendering),
        ["indent"] = Indent,
        ["escape"] = (value, _, _) => Escape(value),
        ["e"] = (value, _, _) => Escape(value),
        ["safe"] = (value, _, _) => Filters.Text(value),
        ["string"] = (value, _, _) => Filters.Text(value),
        ["join"] = Join,
        ["format"] = (value, given, rendering) => PrintfFormat.Apply(Filters.Text(value), new Sequence(given.Positional, IsTuple: true), rendering),
    };

    private static string ToJson(object? value, Arguments given, Rendering rendering)
    {
        string? indent = given.Get(1, "indent") switch
        {
            null => null,
            string text => text,
            _ => new string(' ', Math.Clamp(given.Number(1, "indent"), 0, 100)),
        };
        var separators = given.Get(2, "separators") as Sequence;
        string Separator(int index, string otherwise) => separators?.Items.ElementAtOrDefault(index) as string ?? otherwise;
        string json = new PythonJson(indent, given.Flag(0, "ensure_ascii"), given.Flag(3, "sort_keys"), Separator(0, indent is null ? ", " : ","), Separator(1, ": ")).Write(value);
        rendering.Make(json.Length);
        return json;
    }

    private static string Indent(object? value, Arguments given, Rendering rendering)
    {
        string margin = given.Get(0, "width", 4L) as string ?? new string(' ', Math.Clamp(given.Number(0, "width", 4), 0, 1000));
        bool first = given.Flag(1, "first"), blank = given.Flag(2, "blank");
        string[] lines = Filters.Text(value).Split('\n');
        rendering.Make(lines.Sum(line => (long)line.Length + margin.Length));
        return string.Join('\n', lines.Select((line, i) => i == 0 ? (first ? margin + line : line) : line.Length > 0 || blank ? margin + line : line));
    }

    private static string Join(object? value, Arguments given, Rendering rendering)
    {
        string separator = given.Text(0, "d", "");
        object? attribute = given.Get(1, "attribute");
        string[] parts = [.. Iteration.Items(value).Select(item => Filters.Text(attribute is null ? item : Paths.Get(item, attribute)))];
        rendering.Make(parts.Sum(part => (long)part.Length + separator.Length));
        return string.Join(separator, parts);
    }

    private static string Escape(object? value) => new StringBuilder(Filters.Text(value))
        .Replace("&", "&amp;").Replace(">", "&gt;").Replace("<", "&lt;").Replace("'", "&#39;").Replace("\"", "&#34;").ToString();

    [GeneratedRegex(@"[^-\s({\[<]+")]
    private static partial Regex Words();
}
