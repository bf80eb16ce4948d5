using System.Text.Json;

namespace Plumbline.Training.Data;

/// <summary>Reads JSONL: one JSON object a line, UTF-8 with or without byte order mark; blank lines are skipped.</summary>
public static class JsonLines
{
    /// <summary>The rows of a file, read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows in order.</returns>
    /// <exception cref="DataException">The file cannot be read, or a line is not one JSON object; thrown when that row is reached.</exception>
    public static IEnumerable<JsonLine> Read(string path)
    {
        using StreamReader text = Open(path);
        long line = 0;
        while (text.ReadLine() is { } row)
        {
            line++;
            if (!string.IsNullOrWhiteSpace(row))
                yield return new JsonLine(path, line, Parse(path, line, row));
        }
    }

    internal static StreamReader Open(string path)
    {
        try
        {
            return File.OpenText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, 0, $"the file cannot be read: {fault.Message}", fault);
        }
    }

    private static JsonElement Parse(string path, long line, string row)
    {
        try
        {
            JsonElement value = JsonElement.Parse(row);
            return value.ValueKind is JsonValueKind.Object ? value
                : throw new DataException(path, line, $"the line is {JsonLine.Kind(value)}, but each line must be one JSON object, {{\"field\": value, ...}}.");
        }
        catch (JsonException fault)
        {
            // The tail of the message counts lines within this one line, which would mislead.
            string reason = fault.Message.Split(" LineNumber:")[0];
            throw new DataException(path, line, $"not valid JSON at byte {fault.BytePositionInLine + 1}: {reason} Each line must be one whole JSON object.", fault);
        }
    }
}
