using Plumbline.Rewards;

namespace Plumbline.TestRewards;

/// <summary>Names no objective.</summary>
public sealed class Nameless : IReward
{
    public IReadOnlyList<string> Objectives => [];

    public Task<IReadOnlyList<double?[]>> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) => throw new NotSupportedException();
}
