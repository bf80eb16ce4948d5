using Plumbline.Training.Rewards;

namespace Plumbline.Quickstart;

/// <summary>The oracle as one who scores: for judging only, never for training.</summary>
public sealed class OracleReward : IRewardSource
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; } = OracleTable.Of([]).Objectives;

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<(string Prompt, string Completion)> rows, CancellationToken cancellationToken) => Task.FromResult(OracleTable.Of(rows));
}
