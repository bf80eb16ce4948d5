namespace Plumbline.Core.Advantages;

/// <summary>Advantages with the account of where they came from. Disposing it disposes its tensors.</summary>
public sealed class GroupAdvantagesResult : IDisposable
{
    internal GroupAdvantagesResult(Tensor advantages, Tensor rewards, Tensor shares)
    {
        Advantages = advantages;
        Rewards = rewards;
        Shares = shares;
    }

    /// <summary>One advantage per completion, dimensionless (the rewards' unit under <see cref="ScaleRewards.None"/>), the rewards' dtype, (B); never NaN.</summary>
    public Tensor Advantages { get; }

    /// <summary>The weighted sum of each row's applicable rewards, (B); NaN where the row has none.</summary>
    public Tensor Rewards { get; }

    /// <summary>
    /// What each objective put into each advantage, (B, M): the objective's weighted, centred reward divided by the row's
    /// scale. A row's shares sum to its advantage, to rounding. Under <see cref="RewardAggregation.Rvpo"/> a share is the objective's score times
    /// its part in the soft minimum, and a row's shares sum to no more than its advantage. Under <see cref="RewardAggregation.SumThenNormalize"/> a
    /// missing reward entered the weighted sum as nothing, which is to say as 0, and its share shows that.
    /// </summary>
    public Tensor Shares { get; }

    /// <summary>
    /// Each objective's part of all the advantage handed out: mean |share| over rows, divided by its sum over objectives.
    /// M numbers in [0, 1] that sum to 1, or all 0 when no objective separates any completion from its group.
    /// </summary>
    public required IReadOnlyList<double> WeightedShares { get; init; }

    /// <summary>The same with every weight set to one: how strongly the objective would speak by its spread alone.</summary>
    public required IReadOnlyList<double> RawShares { get; init; }

    /// <summary>
    /// The fraction of groups, in [0, 1], whose completions cannot be told apart: no spread in the weighted sum
    /// (of rewards, or of normalised objectives), or fewer than two scorable completions.
    /// </summary>
    public required double FracRewardZeroStd { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Advantages.Dispose();
        Rewards.Dispose();
        Shares.Dispose();
    }
}
