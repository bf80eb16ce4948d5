namespace Plumbline.Models.Checkpoints.Families;

/// <summary>How a family's checkpoints name a decoder's modules; those within a layer follow its prefix.</summary>
internal sealed record ModuleNames
{
    /// <summary>The names that most families share.</summary>
    public static readonly ModuleNames Usual = new();

    public string Embedding { get; init; } = "model.embed_tokens";

    /// <summary>The embedding of places, where the family has one.</summary>
    public string Positions { get; init; } = "";

    /// <summary>What stands before a layer's number.</summary>
    public string Layers { get; init; } = "model.layers.";

    public string FinalNorm { get; init; } = "model.norm";

    public string Head { get; init; } = "lm_head";

    /// <summary>The norm before attention.</summary>
    public string AttentionNorm { get; init; } = "input_layernorm";

    /// <summary>The norm of what attention adds, where there is one.</summary>
    public string AttentionOutputNorm { get; init; } = "";

    /// <summary>The norm before the feed-forward.</summary>
    public string FeedForwardNorm { get; init; } = "post_attention_layernorm";

    /// <summary>The norm of what the feed-forward adds, where there is one.</summary>
    public string FeedForwardOutputNorm { get; init; } = "";

    public string Query { get; init; } = "self_attn.q_proj";

    public string Key { get; init; } = "self_attn.k_proj";

    public string Value { get; init; } = "self_attn.v_proj";

    /// <summary>Query, key and value in one, where they are fused.</summary>
    public string QueryKeyValue { get; init; } = "self_attn.qkv_proj";

    public string AttentionOutput { get; init; } = "self_attn.o_proj";

    public string QueryNorm { get; init; } = "self_attn.q_norm";

    public string KeyNorm { get; init; } = "self_attn.k_norm";

    /// <summary>What stands before the feed-forward's modules.</summary>
    public string FeedForward { get; init; } = "mlp.";

    public string Gate { get; init; } = "gate_proj";

    public string Up { get; init; } = "up_proj";

    /// <summary>Gate and up in one, where they are fused.</summary>
    public string GateUp { get; init; } = "gate_up_proj";

    public string Down { get; init; } = "down_proj";

    /// <summary>What chooses between experts.</summary>
    public string Router { get; init; } = "gate";

    /// <summary>What stands before an expert's number.</summary>
    public string Experts { get; init; } = "experts.";

    /// <summary>What stands before the modules of the expert that every token visits.</summary>
    public string SharedExpert { get; init; } = "shared_expert.";

    public string SharedExpertGate { get; init; } = "shared_expert_gate";

    /// <summary>The names of a configuration's family.</summary>
    public static ModuleNames Of(ModelConfig config) => ModelFamilies.ByModelType(config.ModelType)?.Names ?? Usual;

    /// <summary>What stands before a module's name in one layer.</summary>
    public string Layer(int index) => $"{Layers}{index}.";
}
