using System.Text.Json;

namespace Plumbline.Training.Data.Formats;

/// <summary>JSON: a list of objects, or objects one after another (as many files called .json are); read piece by piece, never whole.</summary>
internal sealed class JsonFormat : ITableFormat
{
    private const int ProbeSize = 4096;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions => [".json"];

    /// <inheritdoc/>
    public IEnumerable<DataRow> Read(string path, BadRows badRows)
    {
        bool isList = IsList(path);
        using Stream stream = DataStream.Open(path);
        using IEnumerator<JsonElement> values = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream, topLevelValues: !isList).ToBlockingEnumerable().GetEnumerator();
        for (long number = 1; MoveNext(values, path); number++)
        {
            if (values.Current.ValueKind is JsonValueKind.Object)
                yield return new DataRow(path, number, values.Current) { Unit = RowUnit.Row };
            else
                badRows.Report(new DataException(path, number, $"the row is {DataRow.Kind(values.Current)}, but each must be an object, {{\"field\": value, ...}}.", unit: RowUnit.Row));
        }
    }

    private static bool MoveNext(IEnumerator<JsonElement> values, string path)
    {
        try
        {
            return ReadFaults.MoveNext(values, path);
        }
        catch (JsonException fault)
        {
            string reason = fault.Message.Split(" Path:")[0].Split(" LineNumber:")[0];
            // The reader is ahead of the rows it has given, so the row is not known.
            throw new DataException(path, 0, $"not valid JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}: {reason} The file must be a list of objects, [{{...}}, {{...}}].", fault);
        }
    }

    // The first byte that is no blank, behind a byte order mark.
    private static bool IsList(string path)
    {
        using Stream stream = DataStream.Open(path);
        Span<byte> beginning = stackalloc byte[ProbeSize];
        try
        {
            ReadOnlySpan<byte> read = beginning[..stream.ReadAtLeast(beginning, ProbeSize, throwOnEndOfStream: false)];
            return (read.StartsWith(Mark) ? read[Mark.Length..] : read).TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
        }
        catch (Exception fault) when (DataStream.IsReadFault(fault))
        {
            throw DataStream.Unreadable(path, fault);
        }
    }
}
