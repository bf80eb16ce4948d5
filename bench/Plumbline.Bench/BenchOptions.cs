using System.Globalization;

namespace Plumbline.Bench;

/// <summary>The options of a command line, each <c>--name value</c>.</summary>
internal sealed class BenchOptions
{
    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="ArgumentException">An option is unknown or has no value.</exception>
    public BenchOptions(IReadOnlyList<string> words, params string[] known)
    {
        for (int i = 0; i < words.Count; i += 2)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || !known.Contains(words[i][2..]))
                throw new ArgumentException($"'{words[i]}' is no option. The options are {string.Join(", ", known.Select(k => "--" + k))}.");
            if (i + 1 == words.Count)
                throw new ArgumentException($"{words[i]} has no value.");
            _values[words[i][2..]] = words[i + 1];
        }
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public int[] Numbers(string name, params int[] otherwise) =>
        Text(name) is { } text ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : otherwise;

    /// <summary>Names of shapes, separated by semicolons where one has commas of its own.</summary>
    public string[] Shapes(params string[] otherwise) => Text("shape") is { } text ? text.Split(';') : otherwise;
}
