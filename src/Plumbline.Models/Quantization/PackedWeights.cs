using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>Packed weights from a file, or from full ones.</summary>
internal static class PackedWeights
{
    /// <summary>Whether a tensor's name tells that the folder holds weights in few bits.</summary>
    public static bool Tells(string name) => name.EndsWith(Nf4State.Name, StringComparison.Ordinal) || name.EndsWith(Int8Matrix.ScaleName, StringComparison.Ordinal);

    /// <summary>Whether a folder holds a module's weight in few bits.</summary>
    public static bool Holds(CheckpointFolder folder, string module) => folder.Contains(module + Nf4State.Name) || folder.Contains(module + Int8Matrix.ScaleName);

    /// <summary>Reads the weight of a module that <see cref="Holds"/> is true for.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="module">The module's name, without <c>.weight</c>.</param>
    /// <param name="read">Reads one of the folder's tensors, and puts it where it shall live.</param>
    /// <exception cref="CheckpointException">Its tensors do not fit each other.</exception>
    public static PackedMatrix Read(CheckpointFolder folder, string module, Func<string, Tensor> read)
    {
        if (folder.Contains(module + Nf4State.Name))
            try
            {
                return Nf4Matrix.Read(module, read);
            }
            catch (CheckpointException fault)
            {
                throw new CheckpointException($"{folder.Directory}: {fault.Message}", fault);
            }
        Tensor codes = read(module + ".weight"), greatest = read(module + Int8Matrix.ScaleName);
        if (codes.dtype != torch.ScalarType.Int8 || codes.dim() != 2 || greatest.dtype != torch.ScalarType.Float32 || !greatest.shape.SequenceEqual([codes.shape[0]]))
            throw new CheckpointException(
                $"{folder.Directory}: {module}.weight is {codes.dtype} [{string.Join(", ", codes.shape)}] and {module}{Int8Matrix.ScaleName} {greatest.dtype} [{string.Join(", ", greatest.shape)}], but an 8-bit weight is int8 (out, in) with float32 scales (out).");
        return new Int8Matrix(codes, greatest);
    }

    /// <summary>Packs a weight, (out, in).</summary>
    /// <param name="weight">The weight, not disposed.</param>
    /// <param name="type">8 or 4 bits.</param>
    /// <param name="device">Where the result shall live; null for where the weight is.</param>
    public static PackedMatrix Quantize(Tensor weight, QuantizationType type, torch.Device? device)
    {
        if (type == QuantizationType.Int8)
            return Int8Matrix.Quantize(device is null ? weight : weight.to(device));
        Nf4Matrix packed = Nf4Matrix.Quantize(weight);
        if (device is null || device.type == DeviceType.CPU)
            return packed;
        using (packed)
        {
            Dictionary<string, Tensor> tensors = packed.Tensors("").ToDictionary();
            return Nf4Matrix.Read("", name => tensors[name].to(device));
        }
    }

    /// <summary>The rows of a weight, some at a time, so that packing it needs little beside it: whole multiples of 64, but for the last.</summary>
    public static IEnumerable<(long First, long Count)> RowBlocks(Tensor weight)
    {
        const long Elements = 1L << 20, Rows = Nf4Kernel.BlockSize;
        long size = Math.Max(1, Elements / weight.shape[1] / Rows) * Rows;
        for (long first = 0; first < weight.shape[0]; first += size)
            yield return (first, Math.Min(size, weight.shape[0] - first));
    }

    /// <summary>Refuses folders whose weights are packed in a way that cannot be read.</summary>
    /// <exception cref="CheckpointException">They are.</exception>
    public static void RequireKnown(CheckpointFolder folder)
    {
        if (folder.Names.Any(name => name.EndsWith(Nf4State.OtherName, StringComparison.Ordinal)))
            throw new CheckpointException($"{folder.Directory} is quantised by bitsandbytes in fp4, which cannot be read; nf4 and int8 can. Name the model that it was made from, and quantise it on load: --quantization nf4.");
    }
}
