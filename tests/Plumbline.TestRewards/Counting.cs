using Plumbline.Rewards;

namespace Plumbline.TestRewards;

/// <summary>Counts letters, knows the reference answer, and tells which YamlDotNet it has met.</summary>
public sealed class Counting : IReward
{
    public IReadOnlyList<string> Objectives { get; } = ["letters", "answer", "yaml_version"];

    public Task<IReadOnlyList<double?[]>> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<double?[]>>([.. rows.Select(row => new double?[]
        {
            row.Completion.Length,
            row.Columns.TryGetValue("answer", out var answer) ? row.Completion.Contains(answer.GetRawText(), StringComparison.Ordinal) ? 1 : 0 : null,
            typeof(YamlDotNet.Core.Parser).Assembly.GetName().Version?.Major,
        })]);
}
