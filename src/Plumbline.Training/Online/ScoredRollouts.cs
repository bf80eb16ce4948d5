using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Online;

/// <summary>Completions with their scores, which may still be on the way.</summary>
/// <param name="Rollouts">B completions.</param>
/// <param name="Scoring">B rows of scores.</param>
public sealed record ScoredRollouts(RolloutBatch Rollouts, Task<RewardTable> Scoring)
{
    /// <summary>The scores. Blocks until they are there, lest the thread that runs the model change.</summary>
    public RewardTable Rewards => Scoring.GetAwaiter().GetResult();

    /// <summary>Some of the rows, in the order given; waits for the scores.</summary>
    public ScoredRollouts Take(IReadOnlyList<int> rows) => new(Rollouts.Take(rows), Task.FromResult(Rewards.Reorder(rows)));

    /// <summary>All rows of several samplings of one policy; waits for the scores.</summary>
    public static ScoredRollouts Join(IReadOnlyList<ScoredRollouts> parts) => new(
        parts[0].Rollouts with { Prompts = [.. parts.SelectMany(p => p.Rollouts.Prompts)], Completions = [.. parts.SelectMany(p => p.Rollouts.Completions)] },
        Task.FromResult(RewardTable.Stack([.. parts.Select(p => p.Rewards)])));
}
