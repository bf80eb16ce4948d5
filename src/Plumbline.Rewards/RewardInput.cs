using System.Text.Json;

namespace Plumbline.Rewards;

/// <summary>A completion to be scored.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Completion">What was answered.</param>
public sealed record RewardInput(string Prompt, string Completion)
{
    /// <summary>No further fields.</summary>
    public static IReadOnlyDictionary<string, JsonElement> NoColumns { get; } = new Dictionary<string, JsonElement>();

    /// <summary>The further fields of the prompt's row in its data file, such as a reference answer; empty where it has none.</summary>
    public IReadOnlyDictionary<string, JsonElement> Columns { get; init; } = NoColumns;

    /// <summary>The conversation that was answered, a list of messages, <c>{"role": ..., "content": ...}</c>; null where the prompt is plain text.</summary>
    public JsonElement? Messages { get; init; }

    /// <summary>A pair without further fields.</summary>
    public static implicit operator RewardInput((string Prompt, string Completion) pair) => new(pair.Prompt, pair.Completion);
}
