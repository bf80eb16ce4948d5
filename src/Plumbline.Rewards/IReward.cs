namespace Plumbline.Rewards;

/// <summary>A reward written by a user: scores completions on one or more named objectives.</summary>
/// <remarks>
/// A recipe names the assembly and the class (<c>type: assembly</c>); the class has a constructor without parameters, and is disposed at
/// the end where it is <see cref="IDisposable"/>. Called from one thread at a time, not always the same one. What it throws ends the run
/// with its type and message.
/// </remarks>
public interface IReward
{
    /// <summary>The objectives' names, always the same.</summary>
    IReadOnlyList<string> Objectives { get; }

    /// <summary>Scores completions.</summary>
    /// <param name="rows">At least one; not to be changed.</param>
    /// <param name="cancellationToken">Cancelled when the run is interrupted.</param>
    /// <returns>A row of scores for each of <paramref name="rows"/>, in their order: one an objective, finite, null where it does not apply.</returns>
    Task<IReadOnlyList<double?[]>> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken);
}
