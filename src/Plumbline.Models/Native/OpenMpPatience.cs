using System.Runtime.InteropServices;

namespace Plumbline.Models.Native;

/// <summary>Tells OpenMP's threads to sleep soon when they wait for one another, instead of spinning for milliseconds.</summary>
/// <remarks>
/// Spinning threads of several processes keep each other off the cores: with five processes of two threads on two cores a step of
/// 0.1 s took 0.8 to 4.9 s, and 0.6 s with short spinning. Must run before libgomp is loaded; what the user has set is left alone.
/// </remarks>
internal static partial class OpenMpPatience
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string ShortSpin = "1000";

    public static void Set()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(SpinCount) is not null || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
            return;
        try
        {
            _ = SetVariable(SpinCount, ShortSpin, 1); // .NET's own variables are not those that native libraries read
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return; // another C library: its OpenMP keeps its own way
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
