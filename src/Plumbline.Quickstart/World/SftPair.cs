using System.Text.Json.Serialization;

namespace Plumbline.Quickstart.World;

/// <summary>One row of supervised data.</summary>
/// <param name="Prompt">The prompt's text.</param>
/// <param name="Completion">An answer, without leading or trailing space.</param>
public sealed record SftPair(
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("completion")] string Completion);
