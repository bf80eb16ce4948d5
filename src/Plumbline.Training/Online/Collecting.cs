using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Online;

/// <summary>The collecting of one step's completions: which policy samples, and what was taken so far, groups dropped again included.</summary>
public sealed class Collecting
{
    internal Collecting(int policyVersion, int promptBatches, bool isAhead, StepClock clock) =>
        (PolicyVersion, PromptBatches, IsAhead, Clock) = (policyVersion, promptBatches, isAhead, clock);

    /// <summary>The number of updates that the sampling policy has seen.</summary>
    public int PolicyVersion { get; }

    /// <summary>Whether the completions are for the step after the one that is about to learn.</summary>
    public bool IsAhead { get; }

    /// <summary>Batches of prompts taken from the schedule, those of earlier steps included.</summary>
    public int PromptBatches { get; private set; }

    /// <summary>Prompt and completion tokens of what was sampled.</summary>
    public long TokensSeen { get; private set; }

    /// <summary>Completion tokens of what was sampled.</summary>
    public long TokensGenerated { get; private set; }

    internal StepClock Clock { get; }

    internal void Count(RolloutBatch rollouts)
    {
        PromptBatches++;
        TokensSeen += rollouts.TokenCount();
        TokensGenerated += rollouts.Completions.Sum(c => (long)c.TokenIds.Length);
    }
}
