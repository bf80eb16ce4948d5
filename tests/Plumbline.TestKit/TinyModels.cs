using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;

namespace Plumbline.TestKit;

/// <summary>Models small enough to be made anew in every test.</summary>
public static class TinyModels
{
    /// <summary>A Qwen2 of 2 layers, width 16, 4 query and 2 key-value heads.</summary>
    public static ModelConfig Config(int vocabulary = 32) => new()
    {
        ModelType = "qwen2",
        Architecture = "Qwen2ForCausalLM",
        VocabSize = vocabulary,
        HiddenSize = 16,
        IntermediateSize = 32,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        HeadDim = 4,
        MaxPositionEmbeddings = 128,
        TieWordEmbeddings = true,
        QkvBias = true,
        InitializerRange = 0.2,
        EosTokenIds = [0],
    };

    /// <summary>The model with seeded weights.</summary>
    public static DecoderModel Qwen2(int vocabulary = 32, long seed = 7) => DecoderModel.Create(Config(vocabulary), seed);
}
