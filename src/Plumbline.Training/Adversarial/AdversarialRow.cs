using System.Text.Json.Serialization;
using Plumbline.Training.Data;

namespace Plumbline.Training.Adversarial;

/// <summary>One row of an adversarial set.</summary>
/// <param name="Prompt">The wrapped request.</param>
/// <param name="Behavior">The bare request.</param>
/// <param name="Family">The attack family.</param>
/// <param name="Template">The template's name within the family.</param>
/// <param name="Category">What the request is about; may be empty.</param>
/// <param name="Expected">What a good answer does.</param>
/// <param name="Split">What the row may be used for.</param>
public sealed record AdversarialRow(
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("behavior")] string Behavior,
    [property: JsonPropertyName("family")] string Family,
    [property: JsonPropertyName("template")] string Template,
    [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("expected")] ExpectedAnswer Expected,
    [property: JsonPropertyName("split")] AdversarialSplit Split);
