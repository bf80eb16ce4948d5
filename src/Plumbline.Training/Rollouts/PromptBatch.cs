namespace Plumbline.Training.Rollouts;

/// <summary>The prompts of one step.</summary>
/// <param name="Prompts">P prompts.</param>
/// <param name="FirstIndex">The run-wide number of the first: a coordinate of the sampling randomness.</param>
public sealed record PromptBatch(IReadOnlyList<Prompt> Prompts, long FirstIndex);
