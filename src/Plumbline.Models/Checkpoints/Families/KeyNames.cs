namespace Plumbline.Models.Checkpoints.Families;

/// <summary>How a family spells the keys of config.json that every family has.</summary>
internal sealed record KeyNames
{
    public string HiddenSize { get; init; } = "hidden_size";

    public string IntermediateSize { get; init; } = "intermediate_size";

    public string NumHiddenLayers { get; init; } = "num_hidden_layers";

    public string NumAttentionHeads { get; init; } = "num_attention_heads";

    /// <summary>Null where the family has no grouped keys.</summary>
    public string? NumKeyValueHeads { get; init; } = "num_key_value_heads";

    /// <summary>Null where a head's size always follows from the width.</summary>
    public string? HeadDim { get; init; } = "head_dim";

    public string MaxPositionEmbeddings { get; init; } = "max_position_embeddings";

    public string NormEps { get; init; } = "rms_norm_eps";

    public string HiddenAct { get; init; } = "hidden_act";

    /// <summary>Null where nothing is rotated.</summary>
    public string? Rope { get; init; } = "rope_parameters";
}
