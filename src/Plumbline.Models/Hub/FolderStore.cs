namespace Plumbline.Models.Hub;

/// <summary>Files in a folder of the user's own; what is on its way lies in <c>.cache/huggingface/download</c> there.</summary>
internal sealed class FolderStore(string directory) : ISnapshotStore
{
    public string Directory { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    private string Workshop => Path.Combine(Directory, ".cache", "huggingface", "download");

    public bool Holds(HubFile file) => File.Exists(Place(file)) && file.IsWhole(Place(file));

    public string Staging(HubFile file) => Path.Combine(Workshop, file.Hash + ".incomplete");

    public string Lock(HubFile file) => Path.Combine(Workshop, file.Hash + ".lock");

    public void Take(HubFile file)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(Place(file))!);
        File.Move(Staging(file), Place(file), overwrite: true);
    }

    public void Complete()
    {
        System.IO.Directory.Delete(Workshop, recursive: true);
        for (string parent = Path.GetDirectoryName(Workshop)!; parent != Directory && !System.IO.Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!)
            System.IO.Directory.Delete(parent);
    }

    private string Place(HubFile file) => Path.Combine(Directory, file.Path.Replace('/', Path.DirectorySeparatorChar));
}
