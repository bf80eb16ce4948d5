using System.Text.Json.Serialization;

namespace Plumbline.Quickstart.World;

/// <summary>One row for the reward model: an answer and noisy labels in [0, 1]; a missing label is null.</summary>
/// <param name="Prompt">The prompt's text.</param>
/// <param name="Completion">The answer, tidy or damaged.</param>
/// <param name="Politeness">Label, or null.</param>
/// <param name="Meaningfulness">Label, or null.</param>
/// <param name="Actionability">Label, or null.</param>
/// <param name="Safety">Label, or null.</param>
/// <param name="Split">"train" or "val".</param>
public sealed record RewardRow(
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("completion")] string Completion,
    [property: JsonPropertyName("politeness")] double? Politeness,
    [property: JsonPropertyName("meaningfulness")] double? Meaningfulness,
    [property: JsonPropertyName("actionability")] double? Actionability,
    [property: JsonPropertyName("safety")] double? Safety,
    [property: JsonPropertyName("split")] string Split = "train");
