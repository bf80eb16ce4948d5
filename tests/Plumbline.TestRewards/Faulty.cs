using Plumbline.Rewards;

namespace Plumbline.TestRewards;

/// <summary>Does wrong in the way that the first prompt names.</summary>
public class Faulty : IReward
{
    public IReadOnlyList<string> Objectives { get; } = ["a", "b"];

    public Task<IReadOnlyList<double?[]>> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) => rows[0].Prompt switch
    {
        "throw" => throw new InvalidOperationException("no dictionary found"),
        "fail" => Task.FromException<IReadOnlyList<double?[]>>(new FormatException("not a number")),
        "rows" => Task.FromResult<IReadOnlyList<double?[]>>([[1, 2]]),
        "scores" => Task.FromResult<IReadOnlyList<double?[]>>([.. rows.Select(_ => new double?[] { 1 })]),
        "infinite" => Task.FromResult<IReadOnlyList<double?[]>>([.. rows.Select(_ => new double?[] { 1, double.PositiveInfinity })]),
        _ => Task.FromResult<IReadOnlyList<double?[]>>(null!),
    };
}
