using Plumbline.Models.Adapters;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>y = x·Wᵀ + b, plus the active low-rank adapter's share when one is attached.</summary>
/// <remarks>Not thread-safe. Owns its weight and bias; an adapter owns its own pair.</remarks>
public sealed class Linear : IDisposable
{
    private Tensor? _weight;

    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="name">The checkpoint's name of the module, without <c>.weight</c>.</param>
    /// <param name="weight">(out, in).</param>
    /// <param name="bias">(out), or null.</param>
    public Linear(string name, Tensor weight, Tensor? bias)
    {
        Name = name;
        _weight = weight.DetachFromDisposeScope();
        Bias = bias?.DetachFromDisposeScope();
    }

    /// <summary>Takes ownership of a frozen weight in few bits.</summary>
    /// <param name="name">The checkpoint's name of the module, without <c>.weight</c>.</param>
    /// <param name="packed">(out, in).</param>
    /// <param name="bias">(out), of the type it computes in; or null.</param>
    public Linear(string name, PackedMatrix packed, Tensor? bias)
    {
        Name = name;
        Packed = packed;
        Bias = bias?.DetachFromDisposeScope();
    }

    /// <summary>The checkpoint's name of the module, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Name { get; }

    /// <summary>(out, in), of the type it computes in.</summary>
    /// <exception cref="InvalidOperationException">The weight is <see cref="Packed"/>.</exception>
    public Tensor Weight => _weight ?? throw new InvalidOperationException($"{Name} is held in few bits and has no weight to be read or written. Ask Packed, or Unpack it first.");

    /// <summary>The weight where it is held in other bits than it computes in; null where it is not.</summary>
    public PackedMatrix? Packed { get; private set; }

    /// <summary>Width of the result.</summary>
    public long Outputs => Packed?.Rows ?? Weight.shape[0];

    /// <summary>Width of the input.</summary>
    public long Inputs => Packed?.Columns ?? Weight.shape[1];

    /// <summary>Where it lives.</summary>
    public torch.Device Device => Packed?.Device ?? Weight.device;

    /// <summary>(out), or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>The active adapter's pair for this projection; null when there is none or it is off.</summary>
    internal LoraPair? Adapter { get; set; }

    /// <summary>(..., in) to (..., out).</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor y = Packed is { } packed ? PackedProduct.Linear(x, packed, Bias) : torch.nn.functional.linear(x, Weight, Bias);
        return Adapter is { } adapter ? y + adapter.Forward(x, this) : y;
    }

    /// <summary>x·Wᵀ without bias and adapter, (..., in) to (..., out).</summary>
    internal Tensor Bare(Tensor x) => Packed is { } packed ? PackedProduct.Linear(x, packed, null) : torch.nn.functional.linear(x, Weight);

    /// <summary>W in a type, (out, in), in the caller's dispose scope or the projection's own memory; not to be written to.</summary>
    internal Tensor Whole(torch.ScalarType dtype) => Packed is { } packed ? packed.Unpack(0, packed.Rows, dtype) : Weight.to(dtype);

    /// <summary>Widens a packed weight for good, to be written to.</summary>
    /// <param name="dtype">The type it shall have.</param>
    public void Unpack(torch.ScalarType dtype)
    {
        if (Packed is not { } packed)
            return;
        using var noGradient = torch.no_grad();
        _weight = packed.Unpack(0, packed.Rows, dtype).DetachFromDisposeScope();
        packed.Dispose();
        Packed = null;
    }

    internal IEnumerable<KeyValuePair<string, Tensor>> NamedParameters()
    {
        foreach (KeyValuePair<string, Tensor> tensor in Packed?.Tensors(Name) ?? [new(Name + ".weight", Weight)])
            yield return tensor;
        if (Bias is not null)
            yield return new(Name + ".bias", Bias);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight?.Dispose();
        Packed?.Dispose();
        Bias?.Dispose();
    }
}
