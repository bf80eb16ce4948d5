using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;

namespace Plumbline.Models.Decoder;

/// <summary>down(act(gate(x)) · up(x)).</summary>
/// <remarks>Source: Shazeer 2020, arXiv:2002.05202, SwiGLU and its kin.</remarks>
internal sealed class FeedForward : IFeedForward
{
    private readonly Func<Tensor, Tensor> _activation;
    private readonly bool _silu;

    public FeedForward(ModelConfig config, string prefix, int inner, WeightSource weights)
    {
        ModuleNames names = ModuleNames.Of(config);
        _activation = Activation.Of(config.Variant.HiddenAct);
        _silu = config.Variant.HiddenAct == "silu";
        GateUp = config.Variant.FusedProjections
            ? ProjectionGroup.Together(weights.Linear(prefix + names.GateUp, 2L * inner, config.HiddenSize, config.MlpBias), inner, inner)
            : ProjectionGroup.Apart(
                weights.Linear(prefix + names.Gate, inner, config.HiddenSize, config.MlpBias),
                weights.Linear(prefix + names.Up, inner, config.HiddenSize, config.MlpBias));
        Down = weights.Linear(prefix + names.Down, config.HiddenSize, inner, config.MlpBias);
    }

    /// <inheritdoc/>
    public bool Fused { get; set; } = true;

    /// <summary>The gate, then what it lets through.</summary>
    public ProjectionGroup GateUp { get; }

    public Linear Down { get; }

    /// <inheritdoc/>
    public IEnumerable<Linear> Projections() => [.. GateUp.Modules, Down];

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Projections().SelectMany(p => p.NamedParameters());

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        bool merge = Fused && pass.Cache is null;
        Tensor[] gateAndUp = GateUp.Forward(x, merge);
        return Decoder.Projections.Forward(Gated(gateAndUp[0], gateAndUp[1]), merge, Down)[0];
    }

    private Tensor Gated(Tensor gate, Tensor up) => Fused && _silu && SwiGlu.Takes(gate, up) ? SwiGlu.Run(gate, up) : _activation(gate) * up;

    public void Dispose()
    {
        GateUp.Dispose();
        Down.Dispose();
    }
}
