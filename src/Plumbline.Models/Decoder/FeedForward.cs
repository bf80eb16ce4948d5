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

    public Linear Gate { get; }

    public Linear Up { get; }

    public Linear Down { get; }

    /// <summary>(B, T, width) to (B, T, width).</summary>
    public Tensor Forward(Tensor x) => Down.Forward(torch.nn.functional.silu(Gate.Forward(x)) * Up.Forward(x));

    public void Dispose()
    {
        Gate.Dispose();
        Up.Dispose();
        Down.Dispose();
    }
}
