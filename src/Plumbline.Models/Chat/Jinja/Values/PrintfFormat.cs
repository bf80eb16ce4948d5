using System.Text.RegularExpressions;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Python's <c>format % values</c>, for %s, %d and %%.</summary>
internal static partial class PrintfFormat
{
    /// <summary>The format with its places filled.</summary>
    /// <exception cref="JinjaException">There are too few or too many values, or a place is of another kind.</exception>
    internal static string Apply(string format, object? values, Rendering rendering)
    {
        IReadOnlyList<object?> given = values is Sequence { IsTuple: true } tuple ? tuple.Items : [values];
        int used = 0;
        string text = Place().Replace(format, place => place.Groups["kind"].Value switch
        {
            "%" => "%",
            _ when used == given.Count => throw new JinjaException($"the format '{format}' has more places than the {given.Count} values given."),
            "s" => PythonText.Of(given[used++]),
            "d" or "i" when Arithmetic.Number(given[used]) is { } number => Whole(given[used++]),
            _ => throw new JinjaException($"the format '{format}' has the place '{place.Value}', but only %s and %d (with a number) are known."),
        });
        rendering.Make(text.Length);
        return used == given.Count ? text : throw new JinjaException($"the format '{format}' uses {used} of the {given.Count} values given.");
    }

    private static string Whole(object? value) => PythonText.Of(value is double real ? (long)real : Arithmetic.Number(value));

    [GeneratedRegex("%(?<kind>.?)", RegexOptions.Singleline)]
    private static partial Regex Place();
}
