using Plumbline.Engine.Sampling;

namespace Plumbline.Engine.Generation;

/// <summary>When completions end and how many run side by side.</summary>
public sealed record GenerationOptions
{
    /// <summary>How tokens are drawn.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>New tokens at most.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>New tokens at least: before that, end tokens are not sampled.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>Tokens that end a completion; null takes the model's own. An empty list never ends early.</summary>
    public IReadOnlyList<int>? EosTokenIds { get; init; }

    /// <summary>Texts that end a completion.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Rows decoded side by side; more requests wait until one of them has finished.</summary>
    public int MaxRows { get; init; } = 128;

    /// <summary>
    /// Batches as the library alone would have them: padded, a prompt's cache copied to each of its completions, a batch ended before the
    /// next begins. Gives the same tokens, slower; it is there to compare with, and serves models that are not float32 on the CPU.
    /// </summary>
    public bool Plain { get; init; }
}
