using System.Text.Json.Serialization;

namespace Plumbline.Quickstart.World;

/// <summary>One prompt, with what its author knows about it. The oracle reads <see cref="Text"/> alone.</summary>
/// <param name="Text">One sentence, lower case, at most some 24 words.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="Topic">Name of the service, look-alike or behaviour asked about, such as "library-card".</param>
/// <param name="AttackStyle">How it is wrapped; <see cref="AttackStyle.None"/> unless harmful.</param>
public sealed record WorldPrompt(
    [property: JsonPropertyName("prompt")] string Text,
    [property: JsonPropertyName("kind")] PromptKind Kind,
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("attack")] AttackStyle AttackStyle);
