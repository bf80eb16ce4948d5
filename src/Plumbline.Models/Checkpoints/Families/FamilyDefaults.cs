namespace Plumbline.Models.Checkpoints.Families;

/// <summary>How a family spells the keys that all share, and what transformers assumes where its config.json leaves one out.</summary>
internal sealed record FamilyDefaults
{
    /// <summary>The spelling.</summary>
    public KeyNames Keys { get; init; } = new();

    /// <summary>Key and value heads; null is as many as query heads.</summary>
    public int? NumKeyValueHeads { get; init; }

    /// <summary>Size of one head; null is the hidden size over the query heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>Width of the feed-forward layer over the hidden size; null where the key must be there.</summary>
    public int? FeedForwardFactor { get; init; }

    /// <summary>The longest context, in tokens.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Added to the mean square, or to the variance.</summary>
    public double NormEps { get; init; } = 1e-6;

    /// <summary>The feed-forward's activation.</summary>
    public string HiddenAct { get; init; } = "silu";

    /// <summary>Whether the output head is the embedding.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>First token of a text, if any.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>Last token of a text, if any.</summary>
    public int? EosTokenId { get; init; }

    /// <summary>Filler of short rows, if any.</summary>
    public int? PadTokenId { get; init; }
}
