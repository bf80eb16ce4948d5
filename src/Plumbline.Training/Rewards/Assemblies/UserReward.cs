using Plumbline.Rewards;

namespace Plumbline.Training.Rewards.Assemblies;

/// <summary>A user's reward as a source: what it returns is checked, what it throws is told with its type.</summary>
/// <remarks>Owns the reward.</remarks>
public sealed class UserReward : IRewardSource, IDisposable
{
    private readonly IReward _reward;
    private readonly string _name;

    /// <summary>Takes a reward.</summary>
    /// <param name="reward">Disposed with this where it can be.</param>
    /// <exception cref="RewardException">It names no objective, one without a name, or one twice.</exception>
    public UserReward(IReward reward)
    {
        ArgumentNullException.ThrowIfNull(reward);
        (_reward, _name) = (reward, reward.GetType().FullName!);
        Objectives = Guarded(() => reward.Objectives?.ToArray()) ?? [];
        if (Objectives.Count == 0 || Objectives.Any(string.IsNullOrWhiteSpace) || Objectives.Distinct().Count() != Objectives.Count)
            throw new RewardException($"{_name}.Objectives is [{string.Join(", ", Objectives)}], but a reward has at least one objective, each with a name of its own.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; }

    /// <inheritdoc/>
    public async Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return new RewardTable(Objectives, []);
        IReadOnlyList<double?[]> scores;
        try
        {
            scores = await _reward.ScoreAsync(rows, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Threw(fault);
        }
        if (scores is null || scores.Count != rows.Count)
            throw new RewardException($"{_name} returned {scores?.Count ?? 0} rows for {rows.Count} completions. Return one for each, in their order.");
        return new RewardTable(Objectives, [.. scores.Select(Row)]);
    }

    private double[] Row(double?[] scores, int index)
    {
        if (scores is null || scores.Length != Objectives.Count)
            throw new RewardException($"{_name} returned {scores?.Length ?? 0} scores for completion {index + 1}, but has {Objectives.Count} objectives: {string.Join(", ", Objectives)}.");
        int wrong = Array.FindIndex(scores, score => score is { } number && !double.IsFinite(number));
        return wrong < 0 ? [.. scores.Select(score => score ?? double.NaN)]
            : throw new RewardException($"{_name} returned {scores[wrong]} as {Objectives[wrong]} of completion {index + 1}. A score is finite, or null where the objective does not apply.");
    }

    private T Guarded<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception fault)
        {
            throw Threw(fault);
        }
    }

    private RewardException Threw(Exception fault) => new($"{_name} threw {UserFault.Describe(fault)}", fault);

    /// <inheritdoc/>
    public void Dispose() => (_reward as IDisposable)?.Dispose();
}
