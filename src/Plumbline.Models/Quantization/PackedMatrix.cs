using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>A frozen matrix held in fewer bits than it is computed in, and unpacked some rows at a time.</summary>
/// <remarks>Owns its tensors, which never change. Unpacking is safe from several threads.</remarks>
public abstract class PackedMatrix : IDisposable
{
    /// <summary>Outputs of the product x·Wᵀ.</summary>
    public abstract long Rows { get; }

    /// <summary>Inputs of the product x·Wᵀ.</summary>
    public abstract long Columns { get; }

    /// <summary>Where it lies.</summary>
    public abstract torch.Device Device { get; }

    /// <summary>Packs a weight.</summary>
    /// <param name="weight">(out, in), of any floating type; not disposed.</param>
    /// <param name="type">8 or 4 bits.</param>
    /// <param name="device">Where the result shall live; null for where the weight is.</param>
    public static PackedMatrix Quantize(Tensor weight, QuantizationType type, torch.Device? device = null) => PackedWeights.Quantize(weight, type, device);

    /// <summary>Some rows.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="dtype">The type to unpack to.</param>
    /// <returns>(<paramref name="count"/>, <see cref="Columns"/>), in the caller's dispose scope; not to be written to.</returns>
    public abstract Tensor Unpack(long first, long count, torch.ScalarType dtype);

    /// <summary>The tensors that it consists of, as checkpoints name them.</summary>
    /// <param name="module">The module's name, without <c>.weight</c>.</param>
    public abstract IEnumerable<KeyValuePair<string, Tensor>> Tensors(string module);

    /// <summary>Bytes that it takes.</summary>
    public long Bytes => Tensors("").Sum(t => t.Value.numel() * t.Value.element_size());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KeyValuePair<string, Tensor> tensor in Tensors(""))
            tensor.Value.Dispose();
        GC.SuppressFinalize(this);
    }
}
