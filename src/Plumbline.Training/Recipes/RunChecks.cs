using Plumbline.Models.Native;

namespace Plumbline.Training.Recipes;

/// <summary>Checks that all recipes share.</summary>
internal static class RunChecks
{
    public const string ModelFile = "config.json";
    public const string AdapterFile = "adapter_config.json";

    /// <summary>Adds what is wrong with the device and the number of threads.</summary>
    public static void Add(FaultList faults, string device, int threads)
    {
        faults.Require(ComputeDevice.IsName(device), device, "a device is cpu, cuda or cuda:N.");
        faults.Require(threads >= 0, threads, "a number of threads is not negative. Set it to 0 to take what the machine has.");
    }
}
