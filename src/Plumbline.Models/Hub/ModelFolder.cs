using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Hub;

/// <summary>Finds the folder that a model's name stands for: a folder itself, or a name of the hub that was pulled. The network is never asked.</summary>
public static class ModelFolder
{
    /// <summary>The folder. One that exists wins; then the cache of Hugging Face's tools is looked at; what is neither comes back as it is.</summary>
    /// <param name="nameOrFolder">A folder, or <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <exception cref="CheckpointException">It may be a name, but no snapshot of it is in the cache.</exception>
    public static string Resolve(string nameOrFolder) => Find(nameOrFolder, Cache())?.Folder ?? nameOrFolder;

    /// <summary>The name and the commit that were meant, where the text is a name and no folder; null for a folder.</summary>
    public static (HubName Name, string Commit)? Origin(string nameOrFolder) =>
        Find(nameOrFolder, Cache()) is { } found ? (HubName.Parse(nameOrFolder), found.Commit) : null;

    internal static (string Folder, string Commit)? Find(string nameOrFolder, HubCache cache)
    {
        if (Path.Exists(nameOrFolder) || HubName.TryParse(nameOrFolder) is not { Kind: HubRepoKind.Model } name)
            return null;
        if (cache.Find(name) is { } found)
            return found;
        if (name.Owner.Length == 0)
            return null; // a word alone is more likely a folder that is not there
        throw new CheckpointException(
            $"{nameOrFolder}: there is no such folder, and no model of that name in the cache ({cache.Directory}). Pull it with `plumbline pull {name}`, or correct the path.");
    }

    private static HubCache Cache() => new(HubSettings.FromEnvironment().CacheDirectory);
}
