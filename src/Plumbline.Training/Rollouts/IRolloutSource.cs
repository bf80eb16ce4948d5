namespace Plumbline.Training.Rollouts;

/// <summary>Samples completions of prompts under the current policy.</summary>
/// <remarks>Called by one trainer at a time, from the thread that runs the model. Must not change the prompts.</remarks>
public interface IRolloutSource
{
    /// <summary>Samples <paramref name="generations"/> completions of each prompt, those of a prompt side by side.</summary>
    Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, CancellationToken cancellationToken);
}
