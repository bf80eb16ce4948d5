using Plumbline.Training.Data.Formats;

namespace Plumbline.Training.Data;

/// <summary>Reads plain text files.</summary>
public static class PlainText
{
    /// <summary>The mark that ends a text in the files of GPT-2 and TinyStories.</summary>
    public const string EndOfText = "<|endoftext|>";

    internal const string Extension = ".txt";

    /// <summary>The texts of a file: parted at <see cref="EndOfText"/> where it occurs at all, else at blank lines.</summary>
    /// <param name="path">The file, UTF-8, perhaps compressed.</param>
    /// <returns>The texts, trimmed, without empty ones.</returns>
    /// <exception cref="DataException">The file cannot be read or holds no text.</exception>
    public static IReadOnlyList<string> ReadTexts(string path)
    {
        string all = DataStream.ReadText(path).ReplaceLineEndings("\n");
        string separator = all.Contains(EndOfText, StringComparison.Ordinal) ? EndOfText : "\n\n";
        return NotEmpty(path, all.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The lines of a file that hold more than blanks.</summary>
    /// <param name="path">The file, UTF-8, perhaps compressed.</param>
    /// <returns>The lines, trimmed.</returns>
    /// <exception cref="DataException">The file cannot be read or holds no text.</exception>
    public static IReadOnlyList<string> ReadLines(string path) =>
        NotEmpty(path, DataStream.ReadText(path).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    internal static bool Is(string path) => DataStream.Extension(path) == Extension;

    private static string[] NotEmpty(string path, string[] texts) =>
        texts.Length > 0 ? texts : throw new DataException(path, 0, "the file holds no text.");
}
