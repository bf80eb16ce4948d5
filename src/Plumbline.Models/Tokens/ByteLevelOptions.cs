namespace Plumbline.Models.Tokens;

/// <summary>How a byte-level tokenizer prepares text before it merges.</summary>
internal sealed record ByteLevelOptions
{
    /// <summary>Where words begin and end.</summary>
    public required PreTokenization Words { get; init; }

    /// <summary>True to bring text to Normalization Form C first, as Qwen2 does.</summary>
    public bool ComposeCharacters { get; init; }

    /// <summary>True to put a space before text that has none.</summary>
    public bool AddPrefixSpace { get; init; }

    /// <summary>True when a word that is in the vocabulary is taken whole, whatever the merges say, as in Llama 3.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>The preparation that a <c>tokenizer_class</c> stands for: Qwen2's, or GPT-2's for any other.</summary>
    internal static ByteLevelOptions ForClass(string? tokenizerClass, bool addPrefixSpace) => IsQwen2(tokenizerClass)
        ? new() { Words = PreTokenization.Qwen2, ComposeCharacters = true }
        : new() { Words = PreTokenization.Gpt2, AddPrefixSpace = addPrefixSpace };

    /// <summary>True for the slow and the fast Qwen2 class.</summary>
    internal static bool IsQwen2(string? tokenizerClass) => tokenizerClass?.StartsWith("Qwen2Tokenizer", StringComparison.Ordinal) == true;
}
