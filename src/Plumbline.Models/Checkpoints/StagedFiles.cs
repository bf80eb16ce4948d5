namespace Plumbline.Models.Checkpoints;

/// <summary>Files written beside their destination and put in its place together: a write that fails leaves every old file whole.</summary>
internal sealed class StagedFiles : IDisposable
{
    private readonly List<(string Temporary, string Final)> _staged = [];

    /// <summary>Writes one file under a temporary name in the destination's folder and flushes it to the disk.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="bytes">Its size, reserved before the first byte is written; 0 where unknown.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="CheckpointException">The disk is full or the folder cannot be written.</exception>
    public void Add(string path, long bytes, Action<Stream> write)
    {
        string final = Path.GetFullPath(path);
        string temporary = $"{final}.{Guid.NewGuid():N}.tmp";
        _staged.Add((temporary, final));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(final)!);
            using var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                PreallocationSize = bytes,
                BufferSize = 1 << 16,
            });
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, fault);
        }
    }

    /// <summary>Renames every staged file into its place.</summary>
    /// <exception cref="CheckpointException">A file cannot be replaced.</exception>
    public void Commit()
    {
        while (_staged.Count > 0)
        {
            (string temporary, string final) = _staged[0];
            try
            {
                File.Move(temporary, final, overwrite: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(final, fault);
            }
            _staged.RemoveAt(0);
        }
    }

    /// <summary>Removes what was staged and not committed.</summary>
    public void Dispose()
    {
        foreach ((string temporary, _) in _staged.Where(file => File.Exists(file.Temporary)))
            File.Delete(temporary);
    }

    private static CheckpointException CannotWrite(string path, Exception fault) => new(
        $"{path} cannot be written: {fault.Message} Nothing was changed in its place. Free space on that disk, or choose a folder that can be written.", fault);
}
