using System.Text.Json;

namespace Plumbline.Training.Data.Formats;

/// <summary>JSONL: one JSON object a line, UTF-8 with or without byte order mark; blank lines are skipped.</summary>
internal sealed class JsonLinesFormat : ITableFormat
{
    /// <inheritdoc/>
    public string Name => "jsonl";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions => [".jsonl", ".ndjson"];

    /// <inheritdoc/>
    public IEnumerable<DataRow> Read(string path, BadRows badRows)
    {
        bool isInPlace = !DataStream.IsCompressed(path);
        using Stream stream = DataStream.Open(path);
        using IEnumerator<(ReadOnlyMemory<byte> Line, long Number, long Offset)> lines = Utf8Lines.Read(stream).GetEnumerator();
        while (ReadFaults.MoveNext(lines, path))
        {
            (ReadOnlyMemory<byte> line, long number, long offset) = lines.Current;
            if (Utf8Lines.IsBlank(line.Span) || Parse(path, number, line.Span, badRows) is not { } value)
                continue;
            yield return new DataRow(path, number, value) { Bytes = isInPlace ? new ByteRange(offset, line.Length) : null };
        }
    }

    private static JsonElement? Parse(string path, long number, ReadOnlySpan<byte> line, BadRows badRows)
    {
        string what;
        Exception? cause = null;
        try
        {
            if (Utf8Lines.IsValid(line))
            {
                JsonElement value = JsonElement.Parse(line);
                if (value.ValueKind is JsonValueKind.Object)
                    return value;
                what = $"the line is {DataRow.Kind(value)}, but each line must be one JSON object, {{\"field\": value, ...}}.";
            }
            else
                what = "the line is not UTF-8. Save the file as UTF-8.";
        }
        catch (JsonException fault)
        {
            // The tail of the message counts lines within this one line, which would mislead.
            what = $"not valid JSON at byte {fault.BytePositionInLine + 1}: {fault.Message.Split(" LineNumber:")[0]} Each line must be one whole JSON object.";
            cause = fault;
        }
        badRows.Report(new DataException(path, number, what, cause));
        return null;
    }
}
