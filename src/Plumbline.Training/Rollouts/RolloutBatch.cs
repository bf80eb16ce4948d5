using Plumbline.Engine.Generation;
using TorchSharp;

namespace Plumbline.Training.Rollouts;

/// <summary>Sampled completions, the G of one prompt side by side: row i belongs to prompt i / G.</summary>
/// <param name="Prompts">One a row, B in all.</param>
/// <param name="Completions">Tokens, sampling log-probabilities and finish reason of each row.</param>
/// <param name="PolicyVersion">The number of updates the sampling policy had seen.</param>
public sealed record RolloutBatch(IReadOnlyList<Prompt> Prompts, IReadOnlyList<Completion> Completions, int PolicyVersion)
{
    /// <summary>Completions, B.</summary>
    public int Count => Completions.Count;

    /// <summary>Some of the rows, in the order given.</summary>
    public RolloutBatch Take(IReadOnlyList<int> rows) => this with { Prompts = [.. rows.Select(i => Prompts[i])], Completions = [.. rows.Select(i => Completions[i])] };

    /// <summary>Tokens of every completion, float64, (B), in the caller's dispose scope.</summary>
    public Tensor CompletionLengths() => torch.tensor(Completions.Select(c => (double)c.TokenIds.Length).ToArray());
}
