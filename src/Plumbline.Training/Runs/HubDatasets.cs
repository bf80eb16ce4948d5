using System.Text.RegularExpressions;

namespace Plumbline.Training.Runs;

/// <summary>Finds the data sets of the hub among the files of a run: those that lie in a cache, whose folders carry their names.</summary>
internal static partial class HubDatasets
{
    /// <summary>Names such as <c>org/rows</c>, each once.</summary>
    public static IReadOnlyList<string> In(params IEnumerable<string?> files) =>
        [.. files.OfType<string>().Select(file => Folder().Match(file.Replace('\\', '/'))).Where(match => match.Success).Select(match => $"{match.Groups[1].Value}/{match.Groups[2].Value}").Distinct()];

    [GeneratedRegex("/datasets--([^/]+?)--([^/]+)/snapshots/")]
    private static partial Regex Folder();
}
