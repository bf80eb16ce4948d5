using Plumbline.Rewards;

namespace Plumbline.Training.Rewards;

/// <summary>Scores completions on one or more named objectives.</summary>
/// <remarks>Called from one thread at a time; must not change its arguments. A row it cannot score is NaN, never zero.</remarks>
public interface IRewardSource
{
    /// <summary>The objectives, in the order of the table's columns.</summary>
    IReadOnlyList<string> Objectives { get; }

    /// <summary>Scores (prompt, completion) pairs.</summary>
    Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken);
}
