using Plumbline.Engine.Generation;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Policies;

namespace Plumbline.Training.Tests.Rollouts;

/// <summary>Says the same completions at every step; one without an end token counts as cut off. Their texts are their numbers: "c0", "c1", ...</summary>
internal sealed class FixedRollouts(params int[][] completions) : IRolloutSource
{
    /// <summary>What it says the tokens' log-probabilities were; 0 where nothing is said.</summary>
    public float[][]? LogProbs { get; init; }

    /// <summary>Updates that its policy is behind the one in training.</summary>
    public int Lag { get; init; }

    public Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken) =>
        Task.FromResult(Batch(prompts.Prompts, generations) with { PolicyVersion = policyVersion - Lag });

    public RolloutBatch Batch(IReadOnlyList<Prompt> prompts, int generations) => new(
        [.. prompts.SelectMany(p => Enumerable.Repeat(p, generations))],
        [.. completions.Select((ids, i) => new Completion(ids, LogProbs?[i] ?? new float[ids.Length], ids[^1] == TinyPolicy.Eos ? FinishReason.Eos : FinishReason.Length, $"c{i}"))],
        0);
}
