namespace Plumbline.Engine.Generation;

/// <summary>A sampled completion.</summary>
/// <param name="TokenIds">The tokens, an end token included where one was sampled.</param>
/// <param name="LogProbs">Log-probability of each, nats, under the sampling temperature, over the whole vocabulary.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Text">The decoded text without special tokens, cut before a stop string; empty when the generator has no tokenizer.</param>
public sealed record Completion(int[] TokenIds, float[] LogProbs, FinishReason FinishReason, string Text);
