using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Gemma 2: norms before and after each half of a layer, capped scores and logits, every other layer slides.</summary>
/// <remarks>Source: Gemma Team 2024, arXiv:2408.00118, section 2.</remarks>
internal sealed class Gemma2Family : IModelFamily
{
    private const int DefaultWindow = 4096;
    private const double DefaultScoreCap = 50, DefaultLogitCap = 30, DefaultScalar = 256;

    public string ModelType => "gemma2";

    public IReadOnlyList<string> Architectures { get; } = ["Gemma2ForCausalLM", "Gemma2ForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new()
    {
        Keys = new KeyNames { HiddenAct = "hidden_activation" },
        NumKeyValueHeads = 4,
        HeadDim = 256,
        MaxPositionEmbeddings = 8192,
        HiddenAct = "gelu_pytorch_tanh",
        TieWordEmbeddings = true,
        BosTokenId = 2,
        EosTokenId = 1,
        PadTokenId = 0,
    };

    public ModuleNames Names { get; } = new()
    {
        AttentionOutputNorm = "post_attention_layernorm",
        FeedForwardNorm = "pre_feedforward_layernorm",
        FeedForwardOutputNorm = "post_feedforward_layernorm",
    };

    public ModelConfig Shape(ModelConfig sizes) => sizes with
    {
        SlidingWindow = DefaultWindow,
        SlidingLayers = Alternating(sizes.NumHiddenLayers),
        Variant = sizes.Variant with
        {
            Norm = NormKind.UnitOffsetRms,
            NormPlacement = NormPlacement.Around,
            HiddenAct = Defaults.HiddenAct,
            ScaledEmbedding = true,
            QueryPreAttnScalar = sizes.HeadDim,
            AttnLogitSoftcapping = DefaultScoreCap,
            FinalLogitSoftcapping = DefaultLogitCap,
        },
    };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        ModelConfig shared = SharedKeys.Read(fields, this, architecture), config = Shape(shared);
        bool bias = fields.Flag("attention_bias", false);
        if (fields.Flag("use_bidirectional_attention", false))
            fields.Fault("use_bidirectional_attention is true, but only causal attention is supported");
        IReadOnlyList<bool> slides = LayerTypes.Read(fields, config.NumHiddenLayers);
        // An explicit null is none; an absent key is transformers' default.
        bool windowed = fields.Has("sliding_window") || !fields.Names("sliding_window");
        return config with
        {
            QkvBias = bias,
            OutputBias = bias,
            SlidingWindow = windowed ? fields.Size("sliding_window", DefaultWindow) : null,
            SlidingLayers = !windowed ? [] : slides.Count > 0 ? slides : config.SlidingLayers,
            Variant = config.Variant with
            {
                HiddenAct = shared.Variant.HiddenAct,
                QueryPreAttnScalar = fields.Number("query_pre_attn_scalar", DefaultScalar),
                AttnLogitSoftcapping = Cap("attn_logit_softcapping", DefaultScoreCap),
                FinalLogitSoftcapping = Cap("final_logit_softcapping", DefaultLogitCap),
            },
        };

        double? Cap(string key, double missing) => fields.Names(key) ? fields.Optional(key) : missing;
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        json["head_dim"] = config.HeadDim;
        json["attention_bias"] = config.QkvBias;
        json["query_pre_attn_scalar"] = JsonFile.Whole(config.Variant.QueryPreAttnScalar ?? config.HeadDim);
        json["attn_logit_softcapping"] = Cap(config.Variant.AttnLogitSoftcapping);
        json["final_logit_softcapping"] = Cap(config.Variant.FinalLogitSoftcapping);
        json["sliding_window"] = config.SlidingWindow;
        json["layer_types"] = LayerTypes.Write(Enumerable.Range(0, config.NumHiddenLayers).Select(layer => layer < config.SlidingLayers.Count && config.SlidingLayers[layer]));

        static JsonNode? Cap(double? cap) => cap is { } number ? JsonFile.Float(number) : null;
    }

    // The first layer slides, the second sees everything, and so on.
    private static bool[] Alternating(int layers) => [.. Enumerable.Range(0, layers).Select(layer => layer % 2 == 0)];
}
