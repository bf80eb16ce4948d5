namespace Plumbline.Models.Tokens.Pipeline.Models;

/// <summary>How a BPE vocabulary is used.</summary>
internal sealed record BpeOptions
{
    /// <summary>The token of a character that is not in the vocabulary; null when such a character is an error.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>True to make one unknown token of several in a row.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>True to spell a character that is not in the vocabulary in bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>True when a piece that is in the vocabulary is taken whole, whatever the merges say, as in Llama 3.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>What marks a token that does not begin a piece; may be empty.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>What marks a token that ends a piece; may be empty.</summary>
    public string EndSuffix { get; init; } = "";
}
