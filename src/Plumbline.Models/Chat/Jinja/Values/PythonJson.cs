using System.Text;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Values as Python's json.dumps writes them, with transformers' settings: characters as they are, ", " and ": " between parts.</summary>
/// <param name="indent">Spaces a level; null for one line.</param>
/// <param name="asciiOnly">True to write other characters as escapes.</param>
/// <param name="sortKeys">True to sort keys.</param>
/// <param name="itemSeparator">Between elements.</param>
/// <param name="keySeparator">Between key and value.</param>
internal sealed class PythonJson(string? indent, bool asciiOnly, bool sortKeys, string itemSeparator, string keySeparator)
{
    private readonly StringBuilder _text = new();

    /// <summary>A value as JSON.</summary>
    /// <exception cref="JinjaException">The value, or one in it, has no JSON.</exception>
    internal string Write(object? value)
    {
        _text.Clear();
        Append(value, 0);
        return _text.ToString();
    }

    private void Append(object? value, int level)
    {
        StackRoom.Require();
        switch (value)
        {
            case null:
                _text.Append("null");
                break;
            case bool flag:
                _text.Append(flag ? "true" : "false");
                break;
            case double number:
                _text.Append(double.IsFinite(number) ? PythonText.Real(number) : double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
                break;
            case long:
                _text.Append(PythonText.Of(value));
                break;
            case string text:
                AppendText(text);
                break;
            case Sequence sequence:
                AppendAll('[', ']', sequence.Items, level, item => Append(item, level + 1));
                break;
            case Mapping mapping:
                KeyValuePair<object, object?>[] items = sortKeys ? [.. mapping.OrderBy(item => Key(item.Key), StringComparer.Ordinal)] : [.. mapping];
                AppendAll('{', '}', items, level, item =>
                {
                    AppendText(Key(item.Key));
                    _text.Append(keySeparator);
                    Append(item.Value, level + 1);
                });
                break;
            default:
                throw (value as Undefined)?.Fault() ?? new JinjaException($"tojson meets {Describe.Kind(value)}, which has no JSON.");
        }
    }

    private void AppendAll<T>(char open, char close, IReadOnlyList<T> items, int level, Action<T> append)
    {
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            _text.Append(i > 0 ? itemSeparator : "");
            Break(level + 1);
            append(items[i]);
        }
        if (items.Count > 0)
            Break(level);
        _text.Append(close);
    }

    private void Break(int level)
    {
        if (indent is null)
            return;
        _text.Append('\n');
        for (int i = 0; i < level; i++)
            _text.Append(indent);
    }

    private void AppendText(string text)
    {
        _text.Append('"');
        foreach (char c in text)
            _text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                _ when c < 0x20 || (asciiOnly && c > 0x7E) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        _text.Append('"');
    }

    private static string Key(object key) => key switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        _ => PythonText.Of(key),
    };
}
