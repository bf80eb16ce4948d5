using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>The groups that teach nothing, which dynamic sampling drops and refills (DAPO, arXiv:2503.14476, Section 3.2).</summary>
public static class DeadGroups
{
    /// <summary>Tells for each prompt whether its completions cannot be told apart: their weighted sums of rewards have no spread beyond rounding, or fewer than two are scorable.</summary>
    /// <remarks>With one objective this is so for every aggregation. Departure from DAPO: not whether all answers are right or all wrong, for rewards here are no truth values.</remarks>
    /// <param name="rewards">Rewards, (B, M), float32 or float64; NaN = not applicable. Rows of one group are adjacent.</param>
    /// <param name="numGenerations">Completions per prompt, G, at least 1; B is a multiple of it.</param>
    /// <param name="weights">One finite weight per objective, M.</param>
    /// <returns>True where the group is dead, one a prompt, P = B / G.</returns>
    /// <exception cref="ShapeException">Rewards are no matrix, rows do not fill whole groups, or the weights are not M.</exception>
    /// <exception cref="ArgumentException">A reward or weight is infinite, or the dtype is neither float32 nor float64.</exception>
    public static bool[] Find(Tensor rewards, int numGenerations, IReadOnlyList<double> weights)
    {
        using var scope = torch.NewDisposeScope();
        RewardGroups groups = RewardGroups.Of(rewards, numGenerations, weights);
        return groups.Undecided(groups.Sum, groups.SumMagnitude, GroupAdvantageOptions.Trl).cpu().data<bool>().ToArray();
    }
}
