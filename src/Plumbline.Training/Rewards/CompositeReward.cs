using Plumbline.Rewards;

namespace Plumbline.Training.Rewards;

/// <summary>Several reward sources as one table.</summary>
/// <remarks>Owns its sources.</remarks>
public sealed class CompositeReward(IReadOnlyList<IRewardSource> sources) : IRewardSource, IParameterCount, IDisposable
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; } = [.. sources.SelectMany(s => s.Objectives)];

    /// <inheritdoc/>
    public long ParameterCount => sources.OfType<IParameterCount>().Sum(s => s.ParameterCount);

    /// <inheritdoc/>
    public async Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken)
    {
        var tables = new List<RewardTable>(sources.Count);
        foreach (IRewardSource source in sources)
            tables.Add(await source.ScoreAsync(rows, cancellationToken));
        return RewardTable.Join(tables);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable source in sources.OfType<IDisposable>())
            source.Dispose();
    }
}
