using Plumbline.Rewards;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

/// <summary>Fails on one row of every call.</summary>
internal sealed class HalfFailing : IRewardSource
{
    public IReadOnlyList<string> Objectives => ["number"];

    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) => Task.FromResult(
        new RewardTable(Objectives, [.. rows.Select((_, i) => new[] { i == 0 ? double.NaN : 1 })]) { Failures = new Dictionary<string, int> { ["number"] = 1 } });
}
