namespace Plumbline.Models.Tokens;

/// <summary>What a tokenizer's configuration says beside its vocabulary. Tokens are given by their text.</summary>
internal sealed record TokenizerSettings
{
    public string? BosToken { get; init; }

    public string? EosToken { get; init; }

    public string? PadToken { get; init; }

    /// <summary>Chat templates by name: default, perhaps tool_use; none where the files hold none.</summary>
    public IReadOnlyDictionary<string, string> ChatTemplates { get; init; } = new Dictionary<string, string>();

    /// <summary>Special tokens by the names that chat templates use, such as bos_token.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; init; } = new Dictionary<string, string>();

    /// <summary>Special tokens put before a text.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Special tokens put after a text.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}
