using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>OLMo 2: norms of what attention and feed-forward add, not of what they read; queries and keys normed over all heads together.</summary>
/// <remarks>Source: Team OLMo 2024, arXiv:2501.00656, section 2.1.</remarks>
internal sealed class Olmo2Family : IModelFamily
{
    public string ModelType => "olmo2";

    public IReadOnlyList<string> Architectures { get; } = ["Olmo2ForCausalLM", "Olmo2ForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new() { MaxPositionEmbeddings = 2048, NormEps = 1e-5, EosTokenId = 50279, PadTokenId = 1 };

    public ModuleNames Names { get; } = new() { AttentionOutputNorm = "post_attention_layernorm", FeedForwardOutputNorm = "post_feedforward_layernorm" };

    public ModelConfig Shape(ModelConfig sizes) => sizes with
    {
        QkNorm = true,
        Variant = sizes.Variant with { NormPlacement = NormPlacement.After, QkNormOverHeads = true },
    };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        bool bias = fields.Flag("attention_bias", false);
        return Shape(SharedKeys.Read(fields, this, architecture)) with { QkvBias = bias, OutputBias = bias };
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        json["attention_bias"] = config.QkvBias;
        if (config.HeadDim * config.NumAttentionHeads != config.HiddenSize)
            json["head_dim"] = config.HeadDim;
    }
}
