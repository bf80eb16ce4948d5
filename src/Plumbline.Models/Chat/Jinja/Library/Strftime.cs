using System.Globalization;
using System.Text;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Dates as Python's strftime writes them, in English.</summary>
internal static class Strftime
{
    private static readonly Dictionary<char, string> Parts = new()
    {
        ['d'] = "dd",
        ['m'] = "MM",
        ['y'] = "yy",
        ['Y'] = "yyyy",
        ['b'] = "MMM",
        ['B'] = "MMMM",
        ['a'] = "ddd",
        ['A'] = "dddd",
        ['H'] = "HH",
        ['I'] = "hh",
        ['M'] = "mm",
        ['S'] = "ss",
        ['p'] = "tt",
        ['F'] = "yyyy-MM-dd",
        ['T'] = "HH:mm:ss",
        ['D'] = "MM/dd/yy",
    };

    /// <summary>A date in a format.</summary>
    /// <exception cref="JinjaException">The format has a letter that is not known.</exception>
    internal static string Format(DateTimeOffset date, string format)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            bool isUnpadded = format[++i] == '-' && i + 1 < format.Length;    // glibc's "%-d" has no leading zero
            char kind = isUnpadded ? format[++i] : format[i];
            string part = kind switch
            {
                '%' => "%",
                'j' => date.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                'e' => date.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
                _ when Parts.TryGetValue(kind, out string? ours) => date.ToString(ours, CultureInfo.InvariantCulture),
                _ => throw new JinjaException($"strftime_now has '%{kind}' in '{format}'. Known are {string.Join(", ", Parts.Keys.Select(known => $"%{known}"))}, %j, %e and %%."),
            };
            text.Append(isUnpadded ? part.TrimStart('0') : part);
        }
        return text.ToString();
    }
}
