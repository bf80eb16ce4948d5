using Plumbline.Engine.Sampling;
using Plumbline.Rewards;

namespace Plumbline.Training.Rewards;

/// <summary>A control: the same scores handed to the wrong completions, so that nothing can be learned from them.</summary>
/// <remarks>The order depends on the seed and the number of calls so far, which <see cref="Calls"/> lets a resumed run restore.</remarks>
public sealed class ShuffledReward(IRewardSource inner, long seed) : IRewardSource, IParameterCount, IDisposable
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => inner.Objectives;

    /// <summary>What scores before the shuffling.</summary>
    internal IRewardSource Inner => inner;

    /// <summary>How many tables were shuffled.</summary>
    public long Calls { get; set; }

    /// <inheritdoc/>
    public long ParameterCount => (inner as IParameterCount)?.ParameterCount ?? 0;

    /// <inheritdoc/>
    public async Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Shuffle(await inner.ScoreAsync(rows, cancellationToken));

    /// <summary>Deals the scores of a whole batch to other rows.</summary>
    internal RewardTable Shuffle(RewardTable table)
    {
        long call = Calls++;
        return table.Reorder([.. Enumerable.Range(0, table.Count).OrderBy(i => CounterRandom.Uniform(seed, call, i, 0))]);
    }

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();
}
