using TorchSharp;

namespace Plumbline.Models.Heads;

/// <summary>A critic's head: one linear map from a hidden state to a value, without bias.</summary>
/// <remarks>Not thread-safe. Owns its weight. Named as a sequence classifier's head of one label, which a critic is.</remarks>
public sealed class ValueHead : IDisposable
{
    private ValueHead(Tensor weight) => Weight = weight.DetachFromDisposeScope();

    /// <summary>float32, (1, width), with gradient.</summary>
    public Tensor Weight { get; }

    /// <summary>A head of zeros: every value is 0 at first, so the first advantages are rewards alone and not a guess's noise.</summary>
    /// <param name="width">Size of a hidden state.</param>
    /// <param name="device">Where it shall live; null for the CPU.</param>
    public static ValueHead Create(long width, torch.Device? device = null) =>
        new(torch.zeros(1, width, dtype: torch.ScalarType.Float32, device: device).requires_grad_());

    /// <summary>(..., width) to values (...), in the unit of the returns, float32, in the caller's dispose scope.</summary>
    public Tensor Forward(Tensor hidden) => torch.nn.functional.linear(hidden.to(torch.ScalarType.Float32), Weight).squeeze(-1);

    /// <summary>The weight by its checkpoint name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => [new("score.weight", Weight)];

    /// <inheritdoc/>
    public void Dispose() => Weight.Dispose();
}
