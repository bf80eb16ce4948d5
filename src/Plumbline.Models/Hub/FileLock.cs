namespace Plumbline.Models.Hub;

/// <summary>A file that one process at a time holds open; on Unix the lock is flock's, which huggingface_hub's own respects.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until the file is free and holds it.</summary>
    public static async Task<FileLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(Look, time, cancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
