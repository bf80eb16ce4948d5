namespace Plumbline.Models.Hub;

/// <summary>One file of a repository at one commit.</summary>
/// <param name="Path">Its path in the repository, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="BlobId">Git's hash of the contents, or of the pointer that stands for them.</param>
/// <param name="Sha256">The hash of the contents where they lie in large-file storage; null for a file that git itself holds.</param>
public sealed record HubFile(string Path, long Size, string BlobId, string? Sha256)
{
    /// <summary>The hash that the contents must have, by which a cache names them.</summary>
    public string Hash => Sha256 ?? BlobId;

    /// <summary>The file's name without its folders.</summary>
    internal string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Whether the contents of a file on the disk are these.</summary>
    internal bool IsWhole(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.SequentialScan);
        return stream.Length == Size && (Sha256 is null ? ContentHash.GitBlob(stream) : ContentHash.Sha256(stream)) == Hash;
    }
}
