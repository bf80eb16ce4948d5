namespace Plumbline.Models.Hub;

/// <summary>How far one file is. Reported from several threads.</summary>
/// <param name="Path">The file's path in the repository.</param>
/// <param name="Done">Bytes that are here.</param>
/// <param name="Size">Bytes in all.</param>
/// <param name="Kept">Whether the file was here before.</param>
public readonly record struct TransferProgress(string Path, long Done, long Size, bool Kept = false);
