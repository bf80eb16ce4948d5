using System.Globalization;
using System.Text;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Values as Python prints them.</summary>
internal static class PythonText
{
    /// <summary>A value as <c>str</c> gives it.</summary>
    internal static string Of(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Quoted(value),
    };

    /// <summary>A value as <c>repr</c> gives it: texts in quotes.</summary>
    internal static string Quoted(object? value)
    {
        StackRoom.Require();
        return QuotedParts(value);
    }

    private static string QuotedParts(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Real(number),
        string text => Quote(text),
        Sequence { IsTuple: true, Items: [var only] } => $"({Quoted(only)},)",
        Sequence { IsTuple: true } tuple => $"({string.Join(", ", tuple.Items.Select(Quoted))})",
        Sequence list => $"[{string.Join(", ", list.Items.Select(Quoted))}]",
        Mapping mapping => $"{{{string.Join(", ", mapping.Select(item => $"{Quoted(item.Key)}: {Quoted(item.Value)}"))}}}",
        Undefined => "Undefined",
        _ => $"<{Describe.Kind(value)[2..]}>",
    };

    /// <summary>A number with a point or an exponent.</summary>
    internal static string Real(double number)
    {
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        string digits = number.ToString("E16", CultureInfo.InvariantCulture);
        string shortest = number.ToString("R", CultureInfo.InvariantCulture);
        int exponent = number == 0 ? 0 : int.Parse(digits[(digits.IndexOf('E') + 1)..], CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 16)
        {
            string plain = shortest.Contains('E') ? decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : shortest;
            return plain.Contains('.') ? plain : plain + ".0";
        }
        string significant = shortest.Split('E')[0].Replace(".", "").Replace("-", "").Trim('0');
        string mantissa = significant.Length > 1 ? $"{significant[0]}.{significant[1..]}" : significant;
        return $"{(number < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string Quote(string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (Rune rune in text.EnumerateRunes())
            quoted.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                int c when c == quote => $"\\{quote}",
                < 0x20 or (>= 0x7F and <= 0xA0) or 0xAD => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            });
        return quoted.Append(quote).ToString();
    }
}
