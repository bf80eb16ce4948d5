using Plumbline.Models.Checkpoints;
using Plumbline.Models.Native;
using Plumbline.Models.Quantization;

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

    /// <summary>Adds what is wrong with how a base is held: without an adapter its weights are trained, in float32.</summary>
    public static void AddBase(FaultList faults, ModelDType dtype, QuantizationType quantization, bool adapted)
    {
        const string Trained = "every weight of the model is trained, which is done in float32. Train an adapter over it (--set adapter={}), or leave this out.";
        faults.Require(adapted || dtype is ModelDType.Auto or ModelDType.Float32, dtype, Trained);
        faults.Require(adapted || quantization == QuantizationType.None, quantization, Trained);
    }
}
