using TorchSharp;

namespace Plumbline.Core.Losses.Preference;

/// <summary>The loss of a reward model that learns from comparisons: the chosen completion shall score higher.</summary>
/// <remarks>
/// −log σ(r_w − r_l − m) + c·(r_w + r_l)², a mean over pairs. Sources: Ouyang et al. 2022, arXiv:2203.02155, Eq. 1; the margin m of Touvron et al. 2023,
/// arXiv:2307.09288, Eq. 2; the centring c of Eisenstein et al. 2023, arXiv:2312.09244, Eq. 2, which fixes the constant that comparisons leave free.
/// </remarks>
public static class BradleyTerryLoss
{
    /// <summary>Computes the loss.</summary>
    /// <param name="chosenRewards">Scores of the chosen completions, float32 or float64, (P), with gradient.</param>
    /// <param name="rejectedRewards">Scores of the rejected completions, (P), with gradient.</param>
    /// <param name="margins">By how much the chosen one is better, in the scores' unit, (P), detached; null = 0.</param>
    /// <param name="centerRewardsCoefficient">c, not negative; 0 = no centring. A usual value is 0.01.</param>
    /// <param name="totalPairs">Pairs of the whole step, when this call is a part of it; null = P.</param>
    /// <returns>A scalar, owned by the caller.</returns>
    /// <exception cref="ShapeException">The vectors differ in length.</exception>
    /// <exception cref="ArgumentException">The coefficient is negative or not finite.</exception>
    public static Tensor Compute(
        Tensor chosenRewards, Tensor rejectedRewards, Tensor? margins = null, double centerRewardsCoefficient = 0, double? totalPairs = null)
    {
        long pairs = Shapes.Vector(chosenRewards);
        Shapes.RequireFloat(chosenRewards);
        Shapes.Require(pairs, rejectedRewards);
        if (margins is not null)
            Shapes.Require(pairs, margins);
        if (centerRewardsCoefficient is not (>= 0 and < double.PositiveInfinity))
            throw new ArgumentException($"centerRewardsCoefficient is {centerRewardsCoefficient}, but must be a number not below 0.", nameof(centerRewardsCoefficient));
        using var scope = torch.NewDisposeScope();
        Tensor gap = chosenRewards - rejectedRewards;
        if (margins is not null)
            gap = gap - margins.detach().to(gap.dtype);
        Tensor cost = -torch.nn.functional.logsigmoid(gap);
        if (centerRewardsCoefficient > 0)
            cost = cost + centerRewardsCoefficient * (chosenRewards + rejectedRewards).square();
        return (cost.sum() / (totalPairs ?? pairs)).MoveToOuterDisposeScope();
    }
}
