namespace Plumbline.Models.Hub;

/// <summary>The ecosystem's cache of repositories: <c>models--org--name/{blobs, refs, snapshots/COMMIT}</c>.</summary>
/// <param name="directory">The cache's folder; it need not exist.</param>
public sealed class HubCache(string directory)
{
    private const string ModelsPrefix = "models--", Snapshots = "snapshots";

    /// <summary>The cache's folder.</summary>
    public string Directory => directory;

    /// <summary>The snapshot of a revision, and its commit; null where it was not pulled.</summary>
    public (string Folder, string Commit)? Find(HubName name)
    {
        string reference = ReferenceFile(name);
        string commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : name.Revision;
        string folder = SnapshotFolder(name, commit);
        return (name with { Revision = commit }).IsCommit && System.IO.Directory.Exists(folder) ? (folder, commit) : null;
    }

    /// <summary>The models of which a snapshot is held, in alphabetical order.</summary>
    public IReadOnlyList<string> Models() => !System.IO.Directory.Exists(directory) ? [] :
    [
        .. System.IO.Directory.EnumerateDirectories(directory, ModelsPrefix + "*")
            .Where(folder => System.IO.Directory.Exists(Path.Combine(folder, Snapshots)))
            .Select(folder => Path.GetFileName(folder)[ModelsPrefix.Length..].Replace("--", "/", StringComparison.Ordinal))
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    internal string RepositoryFolder(HubName name) => Path.Combine(directory, name.CacheFolder);

    internal string SnapshotFolder(HubName name, string commit) => Path.Combine(RepositoryFolder(name), Snapshots, commit);

    internal string ReferenceFile(HubName name) => Path.Combine(RepositoryFolder(name), "refs", name.Revision);
}
