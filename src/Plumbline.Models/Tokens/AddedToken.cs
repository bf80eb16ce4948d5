namespace Plumbline.Models.Tokens;

/// <summary>A token that is found in text as it stands, before any merging.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
internal sealed record AddedToken(int Id, string Content)
{
    /// <summary>True when decoding may leave it out.</summary>
    public bool Special { get; init; }

    /// <summary>True when it swallows white space before it.</summary>
    public bool StripLeft { get; init; }

    /// <summary>True when it swallows white space after it.</summary>
    public bool StripRight { get; init; }

    /// <summary>True when it is found only where no letter, digit or underscore touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>True when it is normalised as the text is, and looked for in the normalised text.</summary>
    public bool Normalized { get; init; }
}
