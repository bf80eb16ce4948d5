namespace Plumbline.Engine.Generation;

/// <summary>One completion to sample.</summary>
/// <param name="PromptIds">The prompt's tokens; at least one.</param>
/// <param name="PromptIndex">The prompt's coordinate in the counter-based randomness: its place in the run, not in the batch.</param>
/// <param name="CompletionIndex">The completion's coordinate within its group.</param>
/// <param name="Options">Its own way to draw and to end; null for that of all. Rows of different options run side by side.</param>
public sealed record GenerationRequest(int[] PromptIds, long PromptIndex = 0, long CompletionIndex = 0, GenerationOptions? Options = null);
