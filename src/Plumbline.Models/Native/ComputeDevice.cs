using System.Text.RegularExpressions;
using TorchSharp;

namespace Plumbline.Models.Native;

/// <summary>Devices by the names that recipes and options give them: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>.</summary>
public static partial class ComputeDevice
{
    /// <summary>Whether <paramref name="name"/> names a device, present or not.</summary>
    public static bool IsName(string name) => DeviceName().IsMatch(name);

    /// <summary>The device of that name; loads libtorch.</summary>
    /// <param name="name">A name for which <see cref="IsName"/> is true.</param>
    /// <exception cref="DeviceException">It is a CUDA device and this build or this machine has none, or not so many.</exception>
    /// <exception cref="ArgumentException">It is no device's name.</exception>
    public static torch.Device Find(string name)
    {
        if (!IsName(name))
            throw new ArgumentException($"The device is '{name}', but a device is cpu, cuda or cuda:N.");
        NativeRuntime.Initialize();
        if (name == "cpu")
            return torch.CPU;
        if (!torch.cuda_is_available())
            throw new DeviceException(
                $"The device is {name}, but libtorch sees no CUDA device. The usual build brings libtorch for the CPU alone; on a machine with an NVIDIA GPU and its driver, build for it with\n"
                + "  dotnet build src/Plumbline.Cli -c Release -p:Device=cuda\n"
                + "or leave the device out to run on the CPU. `plumbline doctor` tells what was found.");
        int index = name.Length > "cuda:".Length ? int.Parse(name["cuda:".Length..]) : 0, count = torch.cuda.device_count();
        return index < count
            ? torch.device($"cuda:{index}")
            : throw new DeviceException($"The device is {name}, but there {(count == 1 ? "is one CUDA device, cuda:0" : $"are {count} CUDA devices, cuda:0 to cuda:{count - 1}")}. Name one of them.");
    }

    [GeneratedRegex(@"^(cpu|cuda(:\d{1,3})?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DeviceName();
}
