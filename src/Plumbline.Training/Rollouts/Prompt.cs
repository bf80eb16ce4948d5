using System.Text.Json;
using Plumbline.Rewards;

namespace Plumbline.Training.Rollouts;

/// <summary>A prompt as text and as tokens.</summary>
/// <param name="Text">What the reward sources see.</param>
/// <param name="Ids">What the policy sees, already cut to the longest allowed.</param>
public sealed record Prompt(string Text, int[] Ids)
{
    /// <summary>The further fields of its row in the data file, for reward sources that want a reference answer or the like.</summary>
    public IReadOnlyDictionary<string, JsonElement> Columns { get; init; } = RewardInput.NoColumns;

    /// <summary>The conversation, a list of messages; null where the prompt is plain text.</summary>
    public JsonElement? Messages { get; init; }

    /// <summary>What a reward source is asked of a completion.</summary>
    public RewardInput AnsweredBy(string completion) => new(Text, completion) { Columns = Columns, Messages = Messages };
}
