using Plumbline.Engine.Generation;

namespace Plumbline.Training.Rollouts;

/// <summary>Samples completions of prompts under the current policy.</summary>
/// <remarks>Called by one trainer, one call at a time, from the thread that runs the model unless <see cref="RunsElsewhere"/>. Must not change the prompts.</remarks>
public interface IRolloutSource
{
    /// <summary>True where sampling does not use this process's model, so that it may go on while the policy learns.</summary>
    /// <remarks>What the first call for a policy version needs of the weights is taken before its task is returned; later ones for it need none, and may come from another thread.</remarks>
    bool RunsElsewhere => false;

    /// <summary>Samples <paramref name="generations"/> completions of each prompt, those of a prompt side by side.</summary>
    /// <param name="prompts">P prompts.</param>
    /// <param name="generations">G.</param>
    /// <param name="policyVersion">The number of updates the policy has seen; the batch bears that of the policy which sampled it.</param>
    /// <param name="onFinished">Told each completion and its row as it ends, one at a time, from any thread; a source may leave rows untold. Where their order hangs on time, a reward model's scores may differ in the last bits from run to run.</param>
    /// <param name="cancellationToken">Asked before every token.</param>
    /// <returns>P · G rows, each token with its log-probability in nats under softmax(logits / temperature) over the whole vocabulary.</returns>
    Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken);
}
