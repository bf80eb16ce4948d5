using System.Diagnostics;
using System.Globalization;

namespace Plumbline.Training.Runs;

/// <summary>The resident memory of this process: its level before any model was read, and its peak.</summary>
/// <remarks>The peak is the operating system's own high-water mark where it keeps one, so nothing between two looks is missed. Thread-safe.</remarks>
public static class ProcessMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>Resident bytes when <see cref="MarkResting"/> was called; null before that.</summary>
    public static long? Resting { get; private set; }

    /// <summary>Greatest resident bytes so far.</summary>
    public static long Peak => Linux("VmHWM:") ?? Own(process => process.PeakWorkingSet64);

    /// <summary>Resident bytes now.</summary>
    public static long Resident => Linux("VmRSS:") ?? Own(process => process.WorkingSet64);

    /// <summary>Processor seconds of this process so far, all cores.</summary>
    public static double ProcessorSeconds
    {
        get
        {
            using Process process = Process.GetCurrentProcess();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Takes the present level as that of a process at rest: runtime and libraries loaded, no model.</summary>
    public static void MarkResting() => Resting = Resident;

    private static long Own(Func<Process, long> read)
    {
        using Process process = Process.GetCurrentProcess();
        return read(process);
    }

    private static long? Linux(string field)
    {
        if (!File.Exists(Status))
            return null;
        string? line = File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        return line is null ? null : 1024 * long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
