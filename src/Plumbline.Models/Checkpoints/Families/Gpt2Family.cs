using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>GPT-2: LayerNorm, learned positions, biases everywhere, no gate, matrices stored as (in, out).</summary>
/// <remarks>Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3. Its dropout (<c>attn_pdrop</c>, <c>embd_pdrop</c>, <c>resid_pdrop</c>) is not applied in training.</remarks>
internal sealed class Gpt2Family : IModelFamily
{
    // Each changes what attention computes; the second is true in every published model.
    private static readonly (string Key, bool Wanted)[] Switches =
        [("scale_attn_by_inverse_layer_idx", false), ("scale_attn_weights", true), ("add_cross_attention", false)];

    public string ModelType => "gpt2";

    public IReadOnlyList<string> Architectures { get; } = ["GPT2LMHeadModel", "GPT2ForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new()
    {
        Keys = new KeyNames
        {
            HiddenSize = "n_embd",
            IntermediateSize = "n_inner",
            NumHiddenLayers = "n_layer",
            NumAttentionHeads = "n_head",
            NumKeyValueHeads = null,
            HeadDim = null,
            MaxPositionEmbeddings = "n_positions",
            NormEps = "layer_norm_epsilon",
            HiddenAct = "activation_function",
            Rope = null,
        },
        FeedForwardFactor = 4,
        MaxPositionEmbeddings = 1024,
        NormEps = 1e-5,
        HiddenAct = "gelu_new",
        TieWordEmbeddings = true,
        BosTokenId = 50256,
        EosTokenId = 50256,
    };

    public ModuleNames Names { get; } = new()
    {
        Embedding = "transformer.wte",
        Positions = "transformer.wpe",
        Layers = "transformer.h.",
        FinalNorm = "transformer.ln_f",
        AttentionNorm = "ln_1",
        FeedForwardNorm = "ln_2",
        QueryKeyValue = "attn.c_attn",
        AttentionOutput = "attn.c_proj",
        Up = "c_fc",
        Down = "c_proj",
    };

    public ModelConfig Shape(ModelConfig sizes) => sizes.NumKeyValueHeads != sizes.NumAttentionHeads || sizes.HeadDim * sizes.NumAttentionHeads != sizes.HiddenSize
        ? throw new CheckpointException($"{sizes.NumAttentionHeads} heads of {sizes.HeadDim} with {sizes.NumKeyValueHeads} key-value heads on a width of {sizes.HiddenSize} are no GPT-2: its heads share the width evenly, each with keys of its own. Leave out kv_heads and head_dim.")
        : sizes with
        {
            QkvBias = true,
            OutputBias = true,
            MlpBias = true,
            Rope = new RopeConfig { RopeType = RopeConfig.None },
            Variant = sizes.Variant with
            {
                Norm = NormKind.Layer,
                HiddenAct = Defaults.HiddenAct,
                GatedFeedForward = false,
                FusedProjections = true,
                TransposedProjections = true,
                LearnedPositions = true,
            },
        };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        foreach ((string key, bool wanted) in Switches)
            if (fields.Flag(key, wanted) != wanted)
                fields.Fault($"{key} is {(wanted ? "false" : "true")}, which is not supported");
        int before = fields.FaultCount;
        ModelConfig shared = SharedKeys.Read(fields, this, architecture);
        if (fields.FaultCount > before)
            return shared;
        ModelConfig config = Shape(shared);
        return config with { Variant = config.Variant with { HiddenAct = shared.Variant.HiddenAct } };
    }

    public void Write(ModelConfig config, JsonObject json)
    {
    }
}
