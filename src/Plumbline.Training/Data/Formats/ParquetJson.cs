using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Plumbline.Training.Data.Formats;

/// <summary>Values that Parquet.Net reads without a type of ours, as JSON.</summary>
internal static class ParquetJson
{
    /// <summary>A row as an object with all columns; those that the row lacks are null.</summary>
    public static JsonElement ToObject(IReadOnlyList<string> columns, IReadOnlyDictionary<string, object> row)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (string column in columns)
            {
                writer.WritePropertyName(column);
                Write(writer, row.GetValueOrDefault(column));
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null or double.NaN or float.NaN:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case ReadOnlyMemory<char> text:
                writer.WriteStringValue(text.Span);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case double or float or decimal or sbyte or byte or short or ushort or int or uint or long or ulong:
                writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case DateTime time:
                writer.WriteStringValue(time);
                break;
            case IDictionary entries:
                WriteEntries(writer, entries);
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (object? item in items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteEntries(Utf8JsonWriter writer, IDictionary entries)
    {
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in entries)
        {
            writer.WritePropertyName(entry.Key.ToString()!);
            Write(writer, entry.Value);
        }
        writer.WriteEndObject();
    }
}
