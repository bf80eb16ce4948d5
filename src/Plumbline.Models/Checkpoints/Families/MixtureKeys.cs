using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>The keys by which the Qwen families tell of their experts.</summary>
internal static class MixtureKeys
{
    // What `new` makes where nobody says otherwise.
    private const int FreshExperts = 8, FreshExpertsPerToken = 2;

    /// <summary>A few experts, as wide as the plain feed-forward would be.</summary>
    public static MixtureConfig Fresh(ModelConfig sizes) => new()
    {
        NumExperts = FreshExperts,
        NumExpertsPerTok = FreshExpertsPerToken,
        MoeIntermediateSize = sizes.IntermediateSize,
        NormTopkProb = true,
    };

    /// <param name="fields">The configuration.</param>
    /// <param name="missing">What transformers assumes where a key is absent.</param>
    public static MixtureConfig Read(ConfigFields fields, MixtureConfig missing)
    {
        int before = fields.FaultCount;
        var mixture = new MixtureConfig
        {
            NumExperts = fields.Size(fields.Has("num_local_experts") ? "num_local_experts" : "num_experts", missing.NumExperts),
            NumExpertsPerTok = fields.Size("num_experts_per_tok", missing.NumExpertsPerTok),
            MoeIntermediateSize = fields.Size("moe_intermediate_size", missing.MoeIntermediateSize),
            NormTopkProb = fields.Flag("norm_topk_prob", missing.NormTopkProb),
            DecoderSparseStep = fields.Size("decoder_sparse_step", 1),
            MlpOnlyLayers = fields.Tokens("mlp_only_layers") is { Count: > 0 } layers ? layers : [],
        };
        if (fields.FaultCount == before && mixture.NumExpertsPerTok > mixture.NumExperts)
            fields.Fault($"num_experts_per_tok is {mixture.NumExpertsPerTok}, but there are {mixture.NumExperts} experts");
        return mixture;
    }

    public static void Write(MixtureConfig mixture, JsonObject json)
    {
        json["num_experts"] = mixture.NumExperts;
        json["num_experts_per_tok"] = mixture.NumExpertsPerTok;
        json["moe_intermediate_size"] = mixture.MoeIntermediateSize;
        json["norm_topk_prob"] = mixture.NormTopkProb;
        json["decoder_sparse_step"] = mixture.DecoderSparseStep;
        json["mlp_only_layers"] = new JsonArray([.. mixture.MlpOnlyLayers.Select(layer => JsonValue.Create(layer))]);
    }
}
