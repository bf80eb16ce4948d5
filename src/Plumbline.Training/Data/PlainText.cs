using System.Text;
using Plumbline.Training.Data.Formats;

namespace Plumbline.Training.Data;

/// <summary>Reads plain text files, UTF-8, perhaps compressed, as they are asked for.</summary>
public static class PlainText
{
    /// <summary>The mark that ends a text in the files of GPT-2 and TinyStories.</summary>
    public const string EndOfText = "<|endoftext|>";

    internal const string Extension = ".txt";

    /// <summary>The texts of a file: parted at <see cref="EndOfText"/> where it occurs at all, else at blank lines.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The texts, trimmed, without empty ones.</returns>
    /// <exception cref="DataException">The file cannot be read or holds no text; thrown when that is found.</exception>
    public static IEnumerable<string> ReadTexts(string path) =>
        NotEmpty(path, RawLines(path).Any(line => line.Contains(EndOfText, StringComparison.Ordinal)) ? BetweenMarks(path) : BetweenBlankLines(path));

    /// <summary>The lines of a file that hold more than blanks.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The lines, trimmed.</returns>
    /// <exception cref="DataException">The file cannot be read or holds no text; thrown when that is found.</exception>
    public static IEnumerable<string> ReadLines(string path) => NotEmpty(path, RawLines(path));

    internal static bool Is(string path) => DataStream.Extension(path) == Extension;

    private static IEnumerable<string> BetweenMarks(string path)
    {
        var text = new StringBuilder();
        foreach (string line in RawLines(path))
        {
            string[] parts = line.Split(EndOfText);
            foreach (string part in parts[..^1])
            {
                yield return text.Append(part).ToString();
                text.Clear();
            }
            text.Append(parts[^1]).Append('\n');
        }
        yield return text.ToString();
    }

    private static IEnumerable<string> BetweenBlankLines(string path)
    {
        var text = new StringBuilder();
        foreach (string line in RawLines(path))
        {
            if (line.Length > 0)
            {
                text.Append(line).Append('\n');
                continue;
            }
            yield return text.ToString();
            text.Clear();
        }
        yield return text.ToString();
    }

    private static IEnumerable<string> NotEmpty(string path, IEnumerable<string> texts)
    {
        bool any = false;
        foreach (string text in texts.Select(text => text.Trim()).Where(text => text.Length > 0))
        {
            any = true;
            yield return text;
        }
        if (!any)
            throw new DataException(path, 0, "the file holds no text.");
    }

    private static IEnumerable<string> RawLines(string path)
    {
        using StreamReader reader = DataStream.OpenText(path);
        while (DataStream.ReadLine(reader, path) is { } line)
            yield return line;
    }
}
