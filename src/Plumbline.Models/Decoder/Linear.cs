using Plumbline.Models.Adapters;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>y = x·Wᵀ + b, plus the active low-rank adapter's share when one is attached.</summary>
/// <remarks>Not thread-safe. Owns its weight and bias; an adapter owns its own pair.</remarks>
public sealed class Linear : IDisposable
{
    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="name">The checkpoint's name of the module, without <c>.weight</c>.</param>
    /// <param name="weight">(out, in).</param>
    /// <param name="bias">(out), or null.</param>
    public Linear(string name, Tensor weight, Tensor? bias)
    {
        Name = name;
        Weight = weight.DetachFromDisposeScope();
        Bias = bias?.DetachFromDisposeScope();
    }

    /// <summary>The checkpoint's name of the module, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Name { get; }

    /// <summary>(out, in).</summary>
    public Tensor Weight { get; }

    /// <summary>(out), or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>The active adapter's pair for this projection; null when there is none or it is off.</summary>
    internal LoraPair? Adapter { get; set; }

    /// <summary>(..., in) to (..., out).</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor y = torch.nn.functional.linear(x, Weight, Bias);
        return Adapter is { } adapter ? y + adapter.Forward(x, Weight) : y;
    }

    internal IEnumerable<KeyValuePair<string, Tensor>> NamedParameters()
    {
        yield return new(Name + ".weight", Weight);
        if (Bias is not null)
            yield return new(Name + ".bias", Bias);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
    }
}
