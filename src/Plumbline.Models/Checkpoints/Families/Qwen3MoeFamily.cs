using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Qwen3 with experts: attention as Qwen3's, feed-forwards of which each token visits a few.</summary>
/// <remarks>Source: Qwen Team 2025, arXiv:2505.09388, section 2. The router's balancing loss (<c>router_aux_loss_coef</c>) belongs to pretraining and is not added.</remarks>
internal sealed class Qwen3MoeFamily : IModelFamily
{
    private static readonly MixtureConfig Missing = new() { NumExperts = 128, NumExpertsPerTok = 8, MoeIntermediateSize = 768 };

    public string ModelType => "qwen3_moe";

    public IReadOnlyList<string> Architectures { get; } = ["Qwen3MoeForCausalLM", "Qwen3MoeForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new() { NumKeyValueHeads = 4, MaxPositionEmbeddings = 32768 };

    public ModelConfig Shape(ModelConfig sizes) => sizes with { QkNorm = true, Variant = sizes.Variant with { Mixture = MixtureKeys.Fresh(sizes) } };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        ModelConfig config = WholeWindowKeys.Read(fields, Shape(SharedKeys.Read(fields, this, architecture)));
        bool bias = fields.Flag("attention_bias", false);
        return config with { QkvBias = bias, OutputBias = bias, Variant = config.Variant with { Mixture = MixtureKeys.Read(fields, Missing) } };
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        WholeWindowKeys.Write(config, json);
        MixtureKeys.Write(config.Variant.Mixture!, json);
        json["head_dim"] = config.HeadDim;
        json["attention_bias"] = config.QkvBias;
    }
}
