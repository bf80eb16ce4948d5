namespace Plumbline.Training.Runs;

/// <summary>Holds a run folder for one process. The system lets go of it when the process ends, however it ends.</summary>
/// <remarks>The held file itself cannot be read by others, so the holder's process id stands in a second file beside it.</remarks>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _ownerPath;

    private RunLock(FileStream held, string ownerPath) => (_held, _ownerPath) = (held, ownerPath);

    /// <exception cref="RunFolderException">Another run holds the folder.</exception>
    public static RunLock Take(string folder)
    {
        string lockPath = Path.Combine(folder, ".lock"), ownerPath = Path.Combine(folder, ".lock.pid");
        try
        {
            FileStream held = new(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(ownerPath, $"{Environment.ProcessId}\n");
            return new RunLock(held, ownerPath);
        }
        catch (IOException busy) when (IsSharingViolation(busy))
        {
            throw new RunFolderException($"The folder {folder} is in use by another run ({Owner(ownerPath)}). Wait until it ends or stop it, or choose another folder with --out.", busy);
        }
    }

    /// <summary>Lets go. The lock file stays, since removing it could let two later runs hold two files of one name.</summary>
    public void Dispose()
    {
        File.Delete(_ownerPath);
        _held.Dispose();
    }

    private static string Owner(string ownerPath)
    {
        try
        {
            return $"process {int.Parse(File.ReadAllText(ownerPath))}";
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or FormatException)
        {
            return "its process id could not be read";
        }
    }

    // EWOULDBLOCK of Linux and of macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static bool IsSharingViolation(IOException failure) =>
        failure.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);
}
