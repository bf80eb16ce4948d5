using Plumbline.Rewards;

namespace Plumbline.Training.Rewards;

/// <summary>A reward that is a plain function of prompt and completion.</summary>
/// <param name="name">The objective's name.</param>
/// <param name="rule">The score of a (prompt, completion); NaN where the rule does not apply.</param>
public sealed class RuleReward(string name, Func<string, string, double> rule) : IRewardSource
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; } = [name];

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult(new RewardTable(Objectives, [.. rows.Select(r => new[] { rule(r.Prompt, r.Completion) })]));
}
