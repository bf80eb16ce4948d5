namespace Plumbline.Models.Hub;

/// <summary>Which files of a repository are wanted: by default what a model folder needs, and never a pickle, which can run code when it is read.</summary>
public sealed record FileSelection
{
    private static readonly FileGlobs ModelFiles = new(
    [
        "*.json", "*.safetensors", "*.jinja", "merges.txt", "vocab.txt", "*.model", "README.md", "LICENSE*", "LICENCE*", "NOTICE*", "USE_POLICY*",
    ]);

    // consolidated.safetensors: the same weights again under Mistral's own names.
    private static readonly FileGlobs Doubles = new(["consolidated*.safetensors"]), Pickles = new(["*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle"]);

    /// <summary>Patterns of the files wanted; empty takes what a model folder needs, or all files of a data set.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns of files left out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The files wanted of those that are there.</summary>
    /// <exception cref="HubException">None is left, or the weights are there in pickles only.</exception>
    internal IReadOnlyList<HubFile> Of(HubName name, IReadOnlyList<HubFile> all)
    {
        var include = new FileGlobs(Include);
        var exclude = new FileGlobs(Exclude);
        bool Wanted(HubFile file) => Include.Count > 0 ? include.Match(file.Path) : name.Kind == HubRepoKind.Dataset || IsModelFile(file.Path);
        HubFile[] wanted = [.. all.Where(file => Wanted(file) && !exclude.Match(file.Path))];
        HubFile[] safe = [.. wanted.Where(file => !Pickles.Match(file.Path))];
        if (Include.Count > 0 && safe.Length == 0 && wanted.Length > 0)
            throw new HubException($"{name}: --include fits {wanted[0].Path} only, a pickle, which can run code when it is read; Plumbline does not fetch it.");
        bool safetensors = all.Any(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal));
        if (Include.Count == 0 && name.Kind == HubRepoKind.Model && !safetensors && all.FirstOrDefault(file => Pickles.Match(file.Path)) is { } pickle)
            throw new HubException(
                $"{name} has its weights as {pickle.Path} only, a pickle, which can run code when it is read; Plumbline does not fetch it. Look among the repository's pull requests for a conversion to safetensors and pull that (plumbline pull {name.WebPath}@refs/pr/1), or convert it with transformers' save_pretrained.");
        if (safe.Length == 0)
            throw new HubException($"{name} holds {all.Count} files, but none {(Include.Count > 0 ? $"fits --include {string.Join(" ", Include)}" : "that a model folder needs")}. It holds {string.Join(", ", all.Take(8).Select(file => file.Path))}{(all.Count > 8 ? ", ..." : "")}.");
        return safe;
    }

    private static bool IsModelFile(string path) =>
        path.StartsWith("additional_chat_templates/", StringComparison.Ordinal) || (!path.Contains('/') && ModelFiles.Match(path) && !Doubles.Match(path));
}
