namespace Plumbline.Training.Rollouts;

/// <summary>A prompt as text and as tokens.</summary>
/// <param name="Text">What the reward sources see.</param>
/// <param name="Ids">What the policy sees, already cut to the longest allowed.</param>
public sealed record Prompt(string Text, int[] Ids);
