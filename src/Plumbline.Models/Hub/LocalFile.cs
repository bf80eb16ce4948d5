namespace Plumbline.Models.Hub;

/// <summary>A file of a folder that is to be published.</summary>
/// <param name="Path">Its path in the folder, with forward slashes.</param>
/// <param name="FullPath">Where it lies.</param>
/// <param name="Size">Bytes.</param>
internal sealed record LocalFile(string Path, string FullPath, long Size)
{
    private const int SampleBytes = 512;

    /// <summary>All files of a folder, in the order of their paths, without what begins with a dot (caches, locks, git's own).</summary>
    public static IReadOnlyList<LocalFile> Of(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (file, path: System.IO.Path.GetRelativePath(folder, file).Replace(System.IO.Path.DirectorySeparatorChar, '/')))
            .Where(f => !f.path.Split('/').Any(part => part.StartsWith('.')))
            .Select(f => new LocalFile(f.path, f.file, Length(f.file)))
            .OrderBy(f => f.Path, StringComparer.Ordinal),
    ];

    /// <summary>Whether the hub holds these contents already.</summary>
    public bool Is(HubFile? remote) => remote is not null && remote.IsWhole(FullPath);

    /// <summary>The first bytes, from which the hub tells text from other contents.</summary>
    public byte[] Sample()
    {
        using FileStream stream = File.OpenRead(FullPath);
        byte[] sample = new byte[Math.Min(SampleBytes, Size)];
        stream.ReadExactly(sample);
        return sample;
    }

    /// <summary>The name of its contents in large-file storage.</summary>
    public string Sha256()
    {
        using FileStream stream = new(FullPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.SequentialScan);
        return ContentHash.Sha256(stream);
    }

    // Of what a link leads to, not of the link.
    private static long Length(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return stream.Length;
    }
}
