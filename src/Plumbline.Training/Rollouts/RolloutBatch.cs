using Plumbline.Engine.Generation;

namespace Plumbline.Training.Rollouts;

/// <summary>Sampled completions, the G of one prompt side by side: row i belongs to prompt i / G.</summary>
/// <param name="Prompts">One a row, B in all.</param>
/// <param name="Completions">Tokens, sampling log-probabilities and finish reason of each row.</param>
/// <param name="PolicyVersion">The number of updates the sampling policy had seen.</param>
public sealed record RolloutBatch(IReadOnlyList<Prompt> Prompts, IReadOnlyList<Completion> Completions, int PolicyVersion)
{
    /// <summary>Completions, B.</summary>
    public int Count => Completions.Count;
}
