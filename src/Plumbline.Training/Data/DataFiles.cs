using Microsoft.Extensions.FileSystemGlobbing;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>Finds the files of a source: one file, those of a folder or a split of it, or those that fit a pattern.</summary>
internal static class DataFiles
{
    private const char Wildcard = '*';

    // What Hugging Face's datasets writes beside the rows.
    private static readonly string[] Descriptions = ["dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"];

    /// <summary>The files, in the order of their names, and whether <see cref="DataSource.Split"/> chose among them.</summary>
    /// <exception cref="DataException">There are none, or they do not belong together.</exception>
    public static (IReadOnlyList<string> Files, bool BySplit) Of(DataSource source)
    {
        if (File.Exists(source.Path))
            return ([source.Path], false);
        if (Directory.Exists(source.Path))
            return InFolder(source);
        if (!source.Path.Contains(Wildcard))
            throw new DataException(source.Path, 0, $"there is no such file ({Path.GetFullPath(source.Path)}). Correct the path, or run from the folder it is relative to.");
        string[] files = Matching(source.Path);
        return files.Length > 0 ? (files, false) : throw new DataException(source.Path, 0, $"no file fits this pattern ({Path.GetFullPath(source.Path)}). Correct it, or run from the folder it is relative to.");
    }

    /// <summary>What is wrong with a source, to follow its path and a comma; null where its files are found.</summary>
    public static string? Fault(DataSource source)
    {
        try
        {
            _ = Of(source);
            return null;
        }
        catch (DataException fault)
        {
            return $"but {fault.Message[(source.Path.Length + 2)..]}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"which cannot be read: {fault.Message}";
        }
    }

    private static (IReadOnlyList<string> Files, bool BySplit) InFolder(DataSource source)
    {
        string[] files = [.. Directory.EnumerateFiles(source.Path, "*", SearchOption.AllDirectories).Where(file => IsData(source, file)).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw new DataException(source.Path, 0, $"the folder holds no file of rows. Those end in {string.Join(", ", TableFormats.Extensions)}, perhaps with .gz or .zst; name a file of another kind itself.");
        ILookup<string?, string> splits = files.ToLookup(file => SplitNames.OfFile(Path.GetRelativePath(source.Path, file)));
        bool bySplit = splits.Any(split => split.Key is not null);
        string wanted = SplitNames.Canonical(source.Split ?? SplitNames.Train);
        if (bySplit)
            files = splits.Contains(wanted) ? [.. splits[wanted]]
                : throw new DataException(source.Path, 0, $"the folder has no files of the split '{wanted}', but of {string.Join(", ", splits.Select(split => split.Key ?? "none").Order(StringComparer.Ordinal))}. Name one of these with split, or name a file.");
        string[] kinds = [.. files.Select(DataStream.Extension).Distinct()];
        return kinds.Length == 1 ? (files, bySplit)
            : throw new DataException(source.Path, 0, $"the folder holds files of several kinds ({string.Join(", ", kinds)}). Choose by a pattern, such as {Path.Combine(source.Path, $"*{kinds[0]}")}.");
    }

    private static bool IsData(DataSource source, string file) =>
        TableFormats.Extensions.Contains(DataStream.Extension(file)) && !Descriptions.Contains(Path.GetFileName(file))
        && !Path.GetRelativePath(source.Path, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.'));

    private static string[] Matching(string pattern)
    {
        // The part before the first wildcard is a folder; the rest is matched below it.
        string[] parts = pattern.Split('/', Path.DirectorySeparatorChar);
        int first = Array.FindIndex(parts, part => part.Contains(Wildcard));
        string folder = first == 0 ? "." : string.Join('/', parts[..first]) is { Length: > 0 } given ? given : "/";
        if (!Directory.Exists(folder))
            return [];
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(string.Join('/', parts[first..]));
        return [.. matcher.GetResultsInFullPath(folder).Select(file => first == 0 ? Path.GetRelativePath(".", file) : file).Order(StringComparer.Ordinal)];
    }
}
