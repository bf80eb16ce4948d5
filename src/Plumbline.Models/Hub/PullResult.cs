namespace Plumbline.Models.Hub;

/// <summary>What a pull left.</summary>
/// <param name="Folder">The folder of the files.</param>
/// <param name="Commit">The commit that they are of.</param>
/// <param name="Files">The files.</param>
/// <param name="Fetched">Bytes that were not here before.</param>
public sealed record PullResult(string Folder, string Commit, IReadOnlyList<HubFile> Files, long Fetched)
{
    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Sum(file => file.Size);
}
