namespace Plumbline.Core.Advantages;

/// <summary>What an aggregation makes of a table of rewards, in the caller's dispose scope.</summary>
/// <param name="Advantages">(P, G, 1).</param>
/// <param name="Unweighted">Each objective's part with all weights set to one, (P, G, M).</param>
/// <param name="Shares">Each objective's part, (P, G, M).</param>
/// <param name="Undecided">True for groups whose completions cannot be told apart, bool, (P, 1, 1).</param>
internal sealed record AggregatedRewards(Tensor Advantages, Tensor Unweighted, Tensor Shares, Tensor Undecided)
{
    /// <summary>An aggregation: reads groups and options, and the response's tokens per row, (P, G, 1), where it was given them.</summary>
    internal delegate AggregatedRewards Function(RewardGroups groups, GroupAdvantageOptions options, Tensor? tokens);
}
