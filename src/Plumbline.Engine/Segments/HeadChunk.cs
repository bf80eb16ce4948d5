using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>Some tokens' logits, with their graph where a way back is wanted.</summary>
/// <remarks>The graph does not read the logits, so whoever holds a chunk may overwrite them. Owns its tensors, which live in the dispose scope they were made in.</remarks>
internal sealed class HeadChunk : IDisposable
{
    private readonly Tensor _hidden, _logits;

    private HeadChunk(Tensor hidden, Tensor logits) => (_hidden, _logits, Values) = (hidden, logits, logits.detach());

    /// <summary>(count, V), to be overwritten at will.</summary>
    public Tensor Values { get; }

    /// <summary>h·Wᵀ/τ.</summary>
    /// <param name="hidden">(count, width).</param>
    /// <param name="head">(V, width).</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="graph">Whether <see cref="Backward"/> will be called.</param>
    public static HeadChunk Forward(Tensor hidden, Tensor head, double temperature, bool graph)
    {
        using var mode = graph ? torch.enable_grad() : torch.no_grad();
        Tensor leaf = hidden.detach().requires_grad_(graph);
        return new HeadChunk(leaf, MatrixProduct.Linear(temperature == 1.0 ? leaf : leaf / temperature, head));
    }

    /// <summary>Turns d loss / d logits, (count, V), into d loss / d hidden, (count, width), in the caller's dispose scope; the head's gradient is added to its <c>.grad</c> where it is trained.</summary>
    public Tensor Backward(Tensor gradient)
    {
        _logits.backward([gradient]);
        return _hidden.grad!;
    }

    /// <summary>Takes the tensors out of the dispose scope.</summary>
    public HeadChunk DetachFromDisposeScope()
    {
        foreach (Tensor tensor in new[] { _hidden, _logits, Values })
            tensor.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        _hidden.Dispose();
        _logits.Dispose();
        Values.Dispose();
    }
}
