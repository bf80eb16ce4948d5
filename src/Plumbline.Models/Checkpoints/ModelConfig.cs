namespace Plumbline.Models.Checkpoints;

/// <summary>The shape of a decoder, in one spelling, whatever family and whichever version of config.json it came from.</summary>
public sealed record ModelConfig
{
    /// <summary>The family as checkpoints spell it, such as <c>qwen2</c> or <c>llama</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>The class that transformers would build, such as <c>Qwen2ForCausalLM</c> or <c>Qwen2ForSequenceClassification</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Rows of the embedding, V.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Numbers of a token in the middle of a feed-forward: with experts, in all those that it visits.</summary>
    public int InnerWidth => Variant.Mixture is { } mixture ? mixture.NumExpertsPerTok * mixture.MoeIntermediateSize + mixture.SharedExpertIntermediateSize : IntermediateSize;

    /// <summary>Number of decoder layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Query heads, H.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Key and value heads; divides <see cref="NumAttentionHeads"/>.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Size of one head, D.</summary>
    public required int HeadDim { get; init; }

    /// <summary>The longest context of training, in tokens.</summary>
    public int MaxPositionEmbeddings { get; init; } = 2048;

    /// <summary>Added to the mean square in RMSNorm, to the variance in LayerNorm.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Whether the output head is the embedding.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Whether q_proj, k_proj and v_proj have biases.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Whether o_proj has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether gate_proj, up_proj and down_proj have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Whether queries and keys pass a norm: per head (Qwen3), or as the variant says.</summary>
    public bool QkNorm { get; init; }

    /// <summary>Keys a query may see, itself included, in sliding layers; null where no layer slides.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Per layer, whether attention is limited to <see cref="SlidingWindow"/>; empty means no layer is.</summary>
    public IReadOnlyList<bool> SlidingLayers { get; init; } = [];

    /// <summary>The mechanisms that set the family apart.</summary>
    public DecoderVariant Variant { get; init; } = DecoderVariant.Plain;

    /// <summary>Rotary embedding.</summary>
    public RopeConfig Rope { get; init; } = new();

    /// <summary>Standard deviation of fresh weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>First token of a text, where the family has one.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>Tokens that end a completion (config.json and generation_config.json together).</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>Filler of short rows, where one is named.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The type weights are stored in: <c>float32</c>, <c>float16</c> or <c>bfloat16</c>.</summary>
    public string DType { get; init; } = "float32";

    /// <summary>Names of the classes or objectives in order (<c>id2label</c>); empty for a language model.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>How a sequence-classification head of ours pools: <c>last</c> (transformers' way) or <c>mean</c>.</summary>
    public string Pooling { get; init; } = "last";

    /// <summary>True when the architecture ends in a classification head.</summary>
    public bool IsSequenceClassification => Architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal);
}
