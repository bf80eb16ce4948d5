using Plumbline.Rewards;
using Plumbline.Training.Rewards;

namespace Plumbline.Bench;

/// <summary>Rewards that cost nothing and differ within a group, so that a step has something to learn.</summary>
internal sealed class ConstantReward : IRewardSource
{
    public IReadOnlyList<string> Objectives { get; } = ["place"];

    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult(new RewardTable(Objectives, [.. rows.Select((_, i) => new double[] { i % 7 })]));
}
