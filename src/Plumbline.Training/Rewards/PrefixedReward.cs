using Plumbline.Rewards;

namespace Plumbline.Training.Rewards;

/// <summary>A source whose objectives bear a prefix, so that two reward models can score side by side.</summary>
/// <remarks>Owns the source.</remarks>
public sealed class PrefixedReward(IRewardSource inner, string prefix) : IRewardSource, IParameterCount, IDisposable
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; } = [.. inner.Objectives.Select(o => $"{prefix}_{o}")];

    /// <inheritdoc/>
    public long ParameterCount => (inner as IParameterCount)?.ParameterCount ?? 0;

    /// <inheritdoc/>
    public async Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Renamed(await inner.ScoreAsync(rows, cancellationToken));

    private RewardTable Renamed(RewardTable table) => table with { Objectives = Objectives, Failures = table.Failures.ToDictionary(f => $"{prefix}_{f.Key}", f => f.Value) };

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();
}
