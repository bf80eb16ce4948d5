namespace Plumbline.Models.Checkpoints;

/// <summary>Feed-forwards of many experts, of which each token visits a few; the words are those of the Qwen families' config.json.</summary>
public sealed record MixtureConfig
{
    /// <summary>Experts of a layer, E.</summary>
    public required int NumExperts { get; init; }

    /// <summary>Experts that a token visits, at most E.</summary>
    public required int NumExpertsPerTok { get; init; }

    /// <summary>Width of one expert.</summary>
    public required int MoeIntermediateSize { get; init; }

    /// <summary>Whether the visited experts' weights are made to add up to one.</summary>
    public bool NormTopkProb { get; init; }

    /// <summary>Width of the expert that every token visits; 0 for none.</summary>
    public int SharedExpertIntermediateSize { get; init; }

    /// <summary>Every how manieth layer has experts, counted from the first's predecessor: 1 is all, 2 the second, fourth and so on.</summary>
    public int DecoderSparseStep { get; init; } = 1;

    /// <summary>Layers that have one plain feed-forward nonetheless.</summary>
    public IReadOnlyList<int> MlpOnlyLayers { get; init; } = [];

    /// <summary>Whether a layer has experts.</summary>
    /// <param name="layer">Its number, from 0.</param>
    public bool IsSparse(int layer) => (layer + 1) % DecoderSparseStep == 0 && !MlpOnlyLayers.Contains(layer);
}
