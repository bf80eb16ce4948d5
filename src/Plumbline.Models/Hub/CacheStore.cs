namespace Plumbline.Models.Hub;

/// <summary>Files in the ecosystem's cache: contents in <c>blobs</c> under their hashes, and links to them in <c>snapshots/COMMIT</c>.</summary>
internal sealed class CacheStore(HubCache cache, HubName name, string commit) : ISnapshotStore
{
    public string Directory { get; } = cache.SnapshotFolder(name, commit);

    private string Blobs => Path.Combine(cache.RepositoryFolder(name), "blobs");

    public bool Holds(HubFile file)
    {
        string link = InSnapshot(file);
        if (IsWhole(link, file))
            return true;
        if (!IsWhole(Blob(file), file))
            return false;
        Link(file); // another revision brought the contents already
        return true;
    }

    public string Staging(HubFile file) => Blob(file) + ".incomplete";

    public string Lock(HubFile file) => Path.Combine(cache.Directory, ".locks", name.CacheFolder, file.Hash + ".lock");

    public void Take(HubFile file)
    {
        File.Move(Staging(file), Blob(file), overwrite: true);
        Link(file);
    }

    // Written last: an interrupted pull is not taken for a model.
    public void Complete()
    {
        if (name.IsCommit)
            return;
        string reference = cache.ReferenceFile(name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
        File.WriteAllText(reference, commit);
    }

    private string Blob(HubFile file) => Path.Combine(Blobs, file.Hash);

    private string InSnapshot(HubFile file) => Path.Combine(Directory, file.Path.Replace('/', Path.DirectorySeparatorChar));

    private void Link(HubFile file)
    {
        string link = InSnapshot(file), folder = Path.GetDirectoryName(link)!;
        System.IO.Directory.CreateDirectory(folder);
        File.Delete(link);
        try
        {
            File.CreateSymbolicLink(link, Path.GetRelativePath(folder, Blob(file)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Move(Blob(file), link); // no links here, as on Windows without developer mode: the file itself, as huggingface_hub does
        }
    }

    private static bool IsWhole(string path, HubFile file)
    {
        if (!File.Exists(path))
            return false;
        using FileStream stream = File.OpenRead(path); // the length of a link is not that of its target
        return stream.Length == file.Size;
    }
}
