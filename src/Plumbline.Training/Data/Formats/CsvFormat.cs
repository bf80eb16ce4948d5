using System.Text.Json;
using nietras.SeparatedValues;

namespace Plumbline.Training.Data.Formats;

/// <summary>CSV and TSV: a line of names, then a line a row; fields in double quotes may hold separators and lines (RFC 4180). Every value is text, an empty one null.</summary>
/// <remarks>The separator of .csv is found in the line of names: comma, semicolon, tab or bar. Read by Sep (MIT).</remarks>
internal sealed class CsvFormat : ITableFormat
{
    private const string Tabs = ".tsv";

    /// <inheritdoc/>
    public string Name => "csv";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions => [".csv", Tabs];

    /// <inheritdoc/>
    public IEnumerable<DataRow> Read(string path, BadRows badRows)
    {
        using StreamReader text = DataStream.OpenText(path);
        Sep? separator = DataStream.Extension(path) == Tabs ? new Sep('\t') : null;
        using SepReader reader = Open(path, text, separator);
        string[] names = [];
        while (MoveNext(reader, path))
        {
            (int line, string[] cells) = Current(reader);
            if (names.Length == 0)
                names = Names(path, cells);
            else if (cells.Length == names.Length)
                yield return new DataRow(path, line, ToJson(names, cells)) { IsUntyped = true };
            else if (cells is not [""])                             // a blank line
                badRows.Report(new DataException(path, line, $"the row has {cells.Length} values, but the first line names {names.Length} columns ({string.Join(", ", names)}). Put values that hold the separator into double quotes."));
        }
    }

    private static SepReader Open(string path, StreamReader text, Sep? separator)
    {
        try
        {
            return Sep.Reader(options => options with { Sep = separator, HasHeader = false, Unescape = true, DisableColCountCheck = true }).From(text);
        }
        catch (Exception fault) when (DataStream.IsReadFault(fault))
        {
            throw DataStream.Unreadable(path, fault);
        }
    }

    private static bool MoveNext(SepReader reader, string path)
    {
        try
        {
            return reader.MoveNext();
        }
        catch (Exception fault) when (DataStream.IsReadFault(fault))
        {
            throw DataStream.Unreadable(path, fault);
        }
    }

    private static (int Line, string[] Cells) Current(SepReader reader)
    {
        SepReader.Row row = reader.Current;
        string[] cells = new string[row.ColCount];
        for (int i = 0; i < cells.Length; i++)
            cells[i] = row[i].ToString();
        return (row.LineNumberFrom, cells);
    }

    private static string[] Names(string path, string[] cells)
    {
        if (cells.FirstOrDefault(name => cells.Count(name.Equals) > 1) is { } twice)
            throw new DataException(path, 1, $"two columns are called '{twice}'. The first line must name each column once.");
        return cells;
    }

    private static JsonElement ToJson(string[] names, string[] cells)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach ((string name, string cell) in names.Zip(cells))
                if (cell.Length == 0)
                    writer.WriteNull(name);
                else
                    writer.WriteString(name, cell);
            writer.WriteEndObject();
        }
        return JsonElement.Parse(json.GetBuffer().AsSpan(0, (int)json.Length));
    }
}
