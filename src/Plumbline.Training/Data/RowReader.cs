using System.Text.Json;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>Reads the rows of data files of any format, compressed or not: .jsonl, .json, .csv, .tsv, .parquet, with .gz or .zst.</summary>
public static class RowReader
{
    private static readonly PlainTextFormat Texts = new(TextUnit.Text, "text");

    /// <summary>The rows of a file, of a folder, or of files by a pattern, read as they are asked for.</summary>
    /// <param name="path">The file, folder or pattern.</param>
    /// <returns>The rows in order.</returns>
    /// <exception cref="DataException">There is no such file, it cannot be read, or a row is none; thrown when that row is reached.</exception>
    public static IEnumerable<DataRow> Read(string path) => Read(path, new Dictionary<string, string>(), null, new BadRows());

    /// <summary>The rows of a source, under the names that its columns give.</summary>
    /// <param name="source">Where they are; plain text has a row for each text, in the column <c>text</c>.</param>
    /// <returns>The rows in order.</returns>
    /// <exception cref="DataException">As above.</exception>
    public static IEnumerable<DataRow> Read(DataSource source) => Read(source, new Dictionary<string, string>(), Texts, new BadRows());

    /// <summary>The rows of a source, under the names that its columns and those of the recipe give.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="columns">The recipe's names of columns; the source's own come first.</param>
    /// <param name="plainText">How plain text becomes rows; null where it cannot.</param>
    /// <param name="badRows">Told of rows that cannot be read.</param>
    /// <returns>The rows in order.</returns>
    /// <exception cref="DataException">As above.</exception>
    internal static IEnumerable<DataRow> Read(DataSource source, IReadOnlyDictionary<string, string> columns, PlainTextFormat? plainText, BadRows badRows)
    {
        (IReadOnlyList<string> files, bool bySplit) = DataFiles.Of(source);
        var names = new Dictionary<string, string>(columns);
        foreach ((string ours, string theirs) in source.Columns)
            names[ours] = theirs;
        string? split = bySplit || source.Split is null ? null : SplitNames.Canonical(source.Split);
        foreach (string file in files)
            foreach (DataRow row in TableFormats.Find(file, source.Format, plainText).Read(file, badRows))
                if (split is null || (Split(row) is { } own && SplitNames.Canonical(own) == split))
                    yield return names.Count == 0 ? row : row with { Columns = names };
    }

    private static string? Split(DataRow row) =>
        row.TryGet(DataRow.SplitField, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
