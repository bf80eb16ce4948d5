namespace Plumbline.Training.Data.Formats;

/// <summary>The formats there are, and which of them a file has.</summary>
internal static class TableFormats
{
    private static readonly ITableFormat[] Tables = [new JsonLinesFormat(), new JsonFormat(), new CsvFormat(), new ParquetFormat()];

    /// <summary>The words for formats of tables.</summary>
    public static IReadOnlyList<string> Names => [.. Tables.Select(format => format.Name)];

    /// <summary>The endings of their files.</summary>
    public static IReadOnlyList<string> Extensions => [.. Tables.SelectMany(format => format.Extensions)];

    /// <summary>The format of a file.</summary>
    /// <param name="path">The file, compressed or not.</param>
    /// <param name="name">The format's word; null goes by the file's ending.</param>
    /// <param name="plainText">How plain text becomes rows; null where it cannot.</param>
    /// <exception cref="DataException">There is no such format.</exception>
    public static ITableFormat Find(string path, string? name, PlainTextFormat? plainText)
    {
        ITableFormat[] known = plainText is null ? Tables : [.. Tables, plainText];
        string extension = DataStream.Extension(path);
        return known.FirstOrDefault(format => name is null ? format.Extensions.Contains(extension) : format.Name == name)
            ?? throw new DataException(path, 0, name is null
                ? $"the ending '{extension}' tells no format. Rename the file to one of {string.Join(", ", known.SelectMany(format => format.Extensions))} (perhaps with .gz or .zst), or give its format: one of {string.Join(", ", known.Select(format => format.Name))}."
                : $"there is no format '{name}'. The formats are {string.Join(", ", known.Select(format => format.Name))}.");
    }
}
