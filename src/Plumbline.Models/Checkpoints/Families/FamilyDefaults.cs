namespace Plumbline.Models.Checkpoints.Families;

/// <summary>What transformers assumes where a family's config.json leaves a key out.</summary>
internal sealed record FamilyDefaults
{
    /// <summary>Key and value heads; null is as many as query heads.</summary>
    public int? NumKeyValueHeads { get; init; }

    /// <summary>Size of one head; null is the hidden size over the query heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>The longest context, in tokens.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>First token of a text, if any.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>Last token of a text, if any.</summary>
    public int? EosTokenId { get; init; }
}
