namespace Plumbline.Cli.Verbs;

/// <summary>A file that a verb is asked to write: its place is tried before the work begins, and it appears whole or not at all.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path, _temporary;

    private OutputFile(string path) => (_path, _temporary) = (path, $"{path}.part-{Environment.ProcessId}");

    /// <summary>Makes the folder if it is missing and tries to write there.</summary>
    /// <exception cref="UsageException">The place cannot be written.</exception>
    public static OutputFile? Prepare(string? path)
    {
        if (path is null)
            return null;
        var file = new OutputFile(Path.GetFullPath(path));
        try
        {
            if (Directory.Exists(path))
                throw new UsageException($"--out is {path}, which is a folder. Name a file.");
            Directory.CreateDirectory(Path.GetDirectoryName(file._path)!);
            File.WriteAllText(file._temporary, "");
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out is {path}, which cannot be written: {failure.Message} Name another place, or mend the permissions.");
        }
    }

    /// <summary>Writes the lines and moves the file to its place.</summary>
    /// <exception cref="IOException">The disk is full; an earlier file of that name stands untouched.</exception>
    public void WriteLines(IEnumerable<string> lines)
    {
        try
        {
            File.WriteAllLines(_temporary, lines);
            File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{_path} cannot be written: {failure.Message} Free space or name another place with --out, then run again.", failure);
        }
    }

    public void Dispose() => File.Delete(_temporary);
}
