using Plumbline.Engine.Generation;
using TorchSharp;

namespace Plumbline.Training.Rollouts;

/// <summary>What the sampler said of its tokens, as a matrix.</summary>
internal static class SamplerLogProbs
{
    /// <summary>Log-probabilities of the sampled tokens, nats, float32, (B, <paramref name="columns"/>), 0 after a completion's end, in the caller's dispose scope.</summary>
    /// <exception cref="ArgumentException">A completion has not as many log-probabilities as tokens.</exception>
    public static Tensor Matrix(IReadOnlyList<Completion> completions, long columns, torch.Device? device)
    {
        float[] flat = new float[completions.Count * columns];
        for (int i = 0; i < completions.Count; i++)
        {
            (int tokens, float[] logProbs) = (completions[i].TokenIds.Length, completions[i].LogProbs);
            if (logProbs.Length != tokens)
                throw new ArgumentException($"Completion {i + 1} has {tokens} tokens and {logProbs.Length} log-probabilities. A rollout source gives one for each token.", nameof(completions));
            logProbs.CopyTo(flat, i * columns);
        }
        return torch.tensor(flat, completions.Count, columns, device: device);
    }
}
