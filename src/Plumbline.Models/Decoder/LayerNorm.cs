using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>(x − mean(x)) / sqrt(var(x) + ε) · weight + bias, over the last dimension.</summary>
/// <remarks>Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450, Eq. 4.</remarks>
internal sealed class LayerNorm(string name, Tensor weight, Tensor bias, double epsilon) : Norm(name, weight)
{
    private readonly Tensor _bias = bias.DetachFromDisposeScope();

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => torch.nn.functional.layer_norm(x, [x.shape[^1]], Weight, _bias, epsilon);

    internal override IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => [.. base.NamedParameters(), new(Name + ".bias", _bias)];

    public override void Dispose()
    {
        _bias.Dispose();
        base.Dispose();
    }
}
