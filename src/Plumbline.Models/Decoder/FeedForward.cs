using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>down(silu(gate(x)) · up(x)).</summary>
/// <remarks>Source: Shazeer 2020, arXiv:2002.05202, SwiGLU.</remarks>
internal sealed class FeedForward : IDisposable
{
    public FeedForward(ModelConfig config, int layer, WeightSource weights)
    {
        string prefix = $"model.layers.{layer}.mlp.";
        Gate = weights.Linear(prefix + "gate_proj", config.IntermediateSize, config.HiddenSize, config.MlpBias);
        Up = weights.Linear(prefix + "up_proj", config.IntermediateSize, config.HiddenSize, config.MlpBias);
        Down = weights.Linear(prefix + "down_proj", config.HiddenSize, config.IntermediateSize, config.MlpBias);
    }

    /// <summary>Whether several operations run as one where they can; false runs them apart, to compare with.</summary>
    public bool Fused { get; set; } = true;

    public Linear Gate { get; }

    public Linear Up { get; }

    public Linear Down { get; }

    /// <summary>(B, T, width) to (B, T, width).</summary>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        bool merge = Fused && pass.Cache is null;
        Tensor[] gateAndUp = Projections.Forward(x, merge, Gate, Up);
        return Projections.Forward(Gated(gateAndUp[0], gateAndUp[1]), merge, Down)[0];
    }

    private Tensor Gated(Tensor gate, Tensor up) => Fused && SwiGlu.Takes(gate, up) ? SwiGlu.Run(gate, up) : torch.nn.functional.silu(gate) * up;

    public void Dispose()
    {
        Gate.Dispose();
        Up.Dispose();
        Down.Dispose();
    }
}
