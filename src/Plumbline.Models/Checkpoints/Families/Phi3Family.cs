using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Phi-3, Phi-3.5 and Phi-4: query, key and value in one module, gate and up in another; long contexts by longrope.</summary>
/// <remarks>Source: Abdin et al. 2024, arXiv:2404.14219, section 2. Its modules stay as they are, so that PEFT's adapters of <c>qkv_proj</c> and <c>gate_up_proj</c> fit.</remarks>
internal sealed class Phi3Family : IModelFamily
{
    private const string OriginalKey = "original_max_position_embeddings";
    private const int DefaultOriginal = 4096;

    public string ModelType => "phi3";

    public IReadOnlyList<string> Architectures { get; } = ["Phi3ForCausalLM", "Phi3ForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new()
    {
        MaxPositionEmbeddings = 4096,
        NormEps = 1e-5,
        BosTokenId = 1,
        EosTokenId = 32000,
        PadTokenId = 32000,
    };

    public ModelConfig Shape(ModelConfig sizes) => sizes with { Variant = sizes.Variant with { FusedProjections = true } };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        ModelConfig config = Shape(SharedKeys.Read(fields, this, architecture));
        return fields.Has("sliding_window")
            ? config with { SlidingWindow = fields.Size("sliding_window"), SlidingLayers = [.. Enumerable.Repeat(true, config.NumHiddenLayers)] }
            : config;
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        json["sliding_window"] = config.SlidingWindow;
        json[OriginalKey] = config.Rope.RopeType == RopeConfig.LongRope ? config.Rope.OriginalMaxPositionEmbeddings : Math.Min(DefaultOriginal, config.MaxPositionEmbeddings);
        if (config.HeadDim * config.NumAttentionHeads != config.HiddenSize)
            json["head_dim"] = config.HeadDim;
    }
}
