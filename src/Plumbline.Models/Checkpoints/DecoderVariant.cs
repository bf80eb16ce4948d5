namespace Plumbline.Models.Checkpoints;

/// <summary>The mechanisms by which a decoder differs from the plain one: RMSNorm before each half of a layer, a gated SiLU, rotary positions, scores over √D.</summary>
/// <remarks>All of them stand here, so that code which knows the plain decoder alone compares with <see cref="Plain"/> and refuses the rest, those yet to come included.</remarks>
public sealed record DecoderVariant
{
    /// <summary>No mechanism beside the usual ones.</summary>
    public static readonly DecoderVariant Plain = new();

    /// <summary>How norms scale.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Where the norms of a layer stand.</summary>
    public NormPlacement NormPlacement { get; init; }

    /// <summary>Where queries and keys are normed: whether over all heads together, as OLMo 2 does, not head by head.</summary>
    public bool QkNormOverHeads { get; init; }

    /// <summary>The feed-forward's activation, as config.json spells it.</summary>
    public string HiddenAct { get; init; } = "silu";

    /// <summary>Whether the feed-forward is gated: down(act(gate(x)) · up(x)), not down(act(up(x))).</summary>
    public bool GatedFeedForward { get; init; } = true;

    /// <summary>The experts of a layer's feed-forward; null where there is one feed-forward alone.</summary>
    public MixtureConfig? Mixture { get; init; }

    /// <summary>Whether query, key and value are one module in the checkpoint, and gate and up another.</summary>
    public bool FusedProjections { get; init; }

    /// <summary>Whether the checkpoint stores the layers' matrices as (in, out), as GPT-2 does.</summary>
    public bool TransposedProjections { get; init; }

    /// <summary>Whether places have embeddings of their own, which are trained, added to the tokens'.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>Embeddings are multiplied by the root of the width, as the Gemma families do.</summary>
    public bool ScaledEmbedding { get; init; }

    /// <summary>Attention scores are divided by its root; null is the head size.</summary>
    public double? QueryPreAttnScalar { get; init; }

    /// <summary>c of c·tanh(score / c), before the mask; null leaves attention scores alone.</summary>
    public double? AttnLogitSoftcapping { get; init; }

    /// <summary>c of c·tanh(logit / c); null leaves the logits alone.</summary>
    public double? FinalLogitSoftcapping { get; init; }
}
