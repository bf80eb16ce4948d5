using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;

namespace Plumbline.Training.Experiments;

/// <summary>Floating-point operations of a decoder, counted from its shape: two for every multiply-add of its matrix products.</summary>
/// <remarks>
/// A token's forward pass: 2 · (weights of all linear layers) + 4 · layers · heads · head size · context for attention, and 2 · hidden · vocabulary where logits are asked for.
/// Norms, activations, rotary angles and the sampler are left out: below one in a hundred at usual sizes. A backward pass through everything is twice the forward.
/// With an adapter the frozen weights' own gradients are saved: once the forward, besides the adapter's own, which is small and left out.
/// Source: the counting of Kaplan et al. 2020, arXiv:2001.08361, Table 1, with the matrices that each family has; of experts, those that a token visits.
/// </remarks>
/// <param name="config">The shape.</param>
public sealed class ModelFlops(ModelConfig config)
{
    private readonly double _queries = (double)config.NumAttentionHeads * config.HeadDim;

    /// <summary>Weights of the linear layers that a token goes through, the head apart.</summary>
    public double LinearWeights { get; } = ModelOutline.Of(config).VisitedWeights;

    /// <summary>Of one token's way through the trunk.</summary>
    /// <param name="context">Tokens it attends to, itself included; a mean will do.</param>
    public double Trunk(double context) => 2 * LinearWeights + 4 * config.NumHiddenLayers * _queries * context;

    /// <summary>Of one token's logits.</summary>
    public double Head => 2.0 * config.HiddenSize * config.VocabSize;

    /// <summary>The factor of a forward and backward pass over a forward pass.</summary>
    /// <param name="adapterOnly">Whether the base is frozen under an adapter.</param>
    public static double Training(bool adapterOnly) => adapterOnly ? 2 : 3;
}
