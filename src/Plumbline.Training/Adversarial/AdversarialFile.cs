using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Training.Data;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Adversarial;

/// <summary>Adversarial sets as JSONL; <see cref="PromptRow"/> reads the same files.</summary>
public static class AdversarialFile
{
    private const string Extension = ".jsonl";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<AdversarialSplit, string> Names = Enum.GetValues<AdversarialSplit>()
        .ToDictionary(split => split, split => JsonSerializer.SerializeToElement(split, Json).GetString() + Extension);

    /// <summary>Writes a set: to one file when <paramref name="path"/> ends in .jsonl, else to a folder with a file for each split that has rows. Each file appears whole or not at all.</summary>
    /// <param name="path">The file, or the folder; made where it is missing. Files of an earlier set in it are replaced, those of splits that are now empty removed.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="RunFolderException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string path, IReadOnlyList<AdversarialRow> rows)
    {
        if (path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            WriteRows(path, rows);
            return [path];
        }
        List<string> written = [];
        foreach ((AdversarialSplit split, string name) in Names)
        {
            string file = Path.Combine(path, name);
            AdversarialRow[] own = [.. rows.Where(row => row.Split == split)];
            if (own.Length > 0)
            {
                WriteRows(file, own);
                written.Add(file);
            }
            else if (File.Exists(file))
                File.Delete(file);
        }
        return written;
    }

    /// <summary>Reads what <see cref="Write"/> wrote, one file of it.</summary>
    /// <param name="path">A file whose rows have every field of <see cref="AdversarialRow"/>.</param>
    /// <returns>The rows in the file's order.</returns>
    /// <exception cref="DataException">The file cannot be read, or a row is no row of an adversarial set.</exception>
    public static IReadOnlyList<AdversarialRow> Read(string path) => [.. RowReader.Read(path).Select(line =>
    {
        string Field(string name) => line.Text(name, "A row of an adversarial set has prompt, behavior, family, template, category, expected and split.");
        T Word<T>(string name) where T : struct, Enum
        {
            string word = Field(name);
            string[] known = [.. Enum.GetValues<T>().Select(value => JsonSerializer.SerializeToElement(value, Json).GetString()!)];
            return Array.IndexOf(known, word) is >= 0 and var at ? Enum.GetValues<T>()[at] : throw line.Fault($"the field '{name}' is '{word}', but must be {string.Join(", ", known)}.");
        }
        return new AdversarialRow(
            Field("prompt"), Field("behavior"), Field("family"), Field("template"), Field("category"), Word<ExpectedAnswer>("expected"), Word<AdversarialSplit>("split"));
    })];

    private static void WriteRows(string path, IEnumerable<AdversarialRow> rows) =>
        WholeFile.WriteText(path, string.Concat(rows.Select(row => JsonSerializer.Serialize(row, Json) + "\n")));
}
