using System.Globalization;
using System.Text;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>The escapes of Python's texts.</summary>
internal static class Escapes
{
    /// <summary>What a text between quotes stands for; an escape without a meaning stays as it is written.</summary>
    internal static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                plain.Append(text[at]);
                continue;
            }
            char kind = text[++at];
            int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0 && Code(text, at + 1, digits) is { } code)
            {
                plain.Append(code < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32(code));
                at += digits;
                continue;
            }
            plain.Append(kind switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                'a' => "\a",
                'b' => "\b",
                'f' => "\f",
                'v' => "\v",
                '0' => "\0",
                '\n' => "",
                '\\' or '\'' or '"' => kind.ToString(),
                _ => $"\\{kind}",
            });
        }
        return plain.ToString();
    }

    private static int? Code(string text, int at, int digits) =>
        at + digits <= text.Length && int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, null, out int code) && code <= 0x10FFFF ? code : null;
}
