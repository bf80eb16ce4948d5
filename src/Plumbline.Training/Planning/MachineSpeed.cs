using System.Diagnostics;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Training.Planning;

/// <summary>How fast this machine multiplies, measured in a second or two.</summary>
/// <param name="FlopsPerSecond">Of products of many rows with a weight, in float32 or the type a device computes in.</param>
/// <param name="WeightsPerSecond">Weights that a product of one row goes through: reading them from memory, and widening those that are held otherwise.</param>
public sealed record MachineSpeed(double FlopsPerSecond, double WeightsPerSecond)
{
    private const long Width = 2048, ManyRows = 256;
    private const double LeastSeconds = 0.3;

    /// <summary>Measures.</summary>
    /// <param name="precision">How weights are held.</param>
    /// <param name="device">Where.</param>
    public static MachineSpeed Measure(ModelPrecision precision, torch.Device device)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor weight = torch.randn(4 * Width, Width, device: device) * 0.02, many = torch.randn(ManyRows, Width, dtype: precision.Computed, device: device);
        Tensor held = weight.to(precision.Held ?? torch.ScalarType.BFloat16), computed = weight.to(precision.Computed), one = many.narrow(0, 0, 1);
        using PackedMatrix? packed = precision.Quantization == QuantizationType.None ? null : PackedMatrix.Quantize(weight, precision.Quantization, device);
        using var projection = packed is null ? null : new Linear("speed", packed, null);
        double product = Seconds(() => HeldProduct.Linear(many, computed), device), row = Seconds(() => projection?.Forward(one) ?? HeldProduct.Linear(one, held), device);
        return new MachineSpeed(2.0 * ManyRows * weight.numel() / product, weight.numel() / row);
    }

    private static double Seconds(Func<Tensor> product, torch.Device device)
    {
        void Once()
        {
            using Tensor result = product();
            if (device.type != DeviceType.CPU)
                torch.cuda.synchronize();
        }
        Once();
        long start = Stopwatch.GetTimestamp();
        int times = 0;
        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < LeastSeconds; times++)
            Once();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / times;
    }
}
