using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Qwen1.5 and Qwen2 with experts: attention as Qwen2's, and beside the visited experts one that every token visits, behind a gate.</summary>
/// <remarks>Source: Qwen Team 2024, arXiv:2407.10671, section 2.2. The router's balancing loss is not added.</remarks>
internal sealed class Qwen2MoeFamily : IModelFamily
{
    private const int MissingSharedSize = 5632;
    private static readonly MixtureConfig Missing = new() { NumExperts = 60, NumExpertsPerTok = 4, MoeIntermediateSize = 1408 };

    public string ModelType => "qwen2_moe";

    public IReadOnlyList<string> Architectures { get; } = ["Qwen2MoeForCausalLM", "Qwen2MoeForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new() { NumKeyValueHeads = 16, MaxPositionEmbeddings = 32768 };

    public ModelConfig Shape(ModelConfig sizes) => sizes with
    {
        QkvBias = true,
        Variant = sizes.Variant with { Mixture = MixtureKeys.Fresh(sizes) with { SharedExpertIntermediateSize = sizes.IntermediateSize } },
    };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        ModelConfig config = WholeWindowKeys.Read(fields, Shape(SharedKeys.Read(fields, this, architecture)));
        MixtureConfig mixture = MixtureKeys.Read(fields, Missing) with { SharedExpertIntermediateSize = fields.Size("shared_expert_intermediate_size", MissingSharedSize) };
        return config with { QkvBias = fields.Flag("qkv_bias", true), Variant = config.Variant with { Mixture = mixture } };
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        WholeWindowKeys.Write(config, json);
        MixtureKeys.Write(config.Variant.Mixture!, json);
        json["shared_expert_intermediate_size"] = config.Variant.Mixture!.SharedExpertIntermediateSize;
        json["qkv_bias"] = config.QkvBias;
        if (config.HeadDim * config.NumAttentionHeads != config.HiddenSize)
            json["head_dim"] = config.HeadDim;
    }
}
