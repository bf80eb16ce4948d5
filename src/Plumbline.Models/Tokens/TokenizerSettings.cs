namespace Plumbline.Models.Tokens;

/// <summary>What a tokenizer's configuration says beside its vocabulary. Tokens are given by their text.</summary>
internal sealed record TokenizerSettings
{
    public string? BosToken { get; init; }

    public string? EosToken { get; init; }

    public string? PadToken { get; init; }

    public string? ChatTemplate { get; init; }

    /// <summary>Special tokens put before a text.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Special tokens put after a text.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}
