using Plumbline.Engine.Generation;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Online;

/// <summary>The completions of one step with every objective's score and the advantage they earned.</summary>
/// <param name="Rollouts">Prompts and completions.</param>
/// <param name="Rewards">Scores by objective.</param>
/// <param name="Advantages">One a completion.</param>
public sealed record CompletionTable(RolloutBatch Rollouts, RewardTable Rewards, IReadOnlyList<double> Advantages)
{
    /// <summary>As rows of the completions' record.</summary>
    public IReadOnlyList<CompletionRow> ToRows() => [.. Enumerable.Range(0, Rollouts.Count).Select(i => new CompletionRow(
        Rollouts.Prompts[i].Text, Rollouts.Completions[i].Text, Rewards.Scores[i], Advantages[i],
        Rollouts.Completions[i].FinishReason == FinishReason.Length ? "length" : "stop"))];
}
