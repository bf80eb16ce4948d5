using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;

namespace Plumbline.Models.Decoder;

/// <summary>down(act(up(x))).</summary>
/// <remarks>Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.3.</remarks>
internal sealed class UngatedFeedForward : IFeedForward
{
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Linear _up, _down;

    public UngatedFeedForward(ModelConfig config, string prefix, WeightSource weights)
    {
        ModuleNames names = ModuleNames.Of(config);
        _activation = Activation.Of(config.Variant.HiddenAct);
        _up = weights.Linear(prefix + names.Up, config.IntermediateSize, config.HiddenSize, config.MlpBias);
        _down = weights.Linear(prefix + names.Down, config.HiddenSize, config.IntermediateSize, config.MlpBias);
    }

    /// <inheritdoc/>
    public bool Fused { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<Linear> Projections() => [_up, _down];

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Projections().SelectMany(p => p.NamedParameters());

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        bool merge = Fused && pass.Cache is null;
        return Decoder.Projections.Forward(_activation(Decoder.Projections.Forward(x, merge, _up)[0]), merge, _down)[0];
    }

    public void Dispose()
    {
        _up.Dispose();
        _down.Dispose();
    }
}
