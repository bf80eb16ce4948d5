using Plumbline.Core.Advantages;
using TorchSharp;

namespace Plumbline.Core.Tests.Advantages;

/// <summary>mo_grpo and rvpo, hand-worked. Two rows (0, 1) of an objective score ∓0.5/0.707107 = ∓0.707107 =: ∓z, with ε = 0.</summary>
public class AggregationTests
{
    private static readonly GroupAdvantageOptions Exact = new() { Epsilon = 0 };

    private static GroupAdvantagesResult Compute(double[,] rewards, double[] weights, GroupAdvantageOptions options, int g = 2) =>
        GroupAdvantages.Compute(torch.tensor(rewards), g, weights, options);

    // Spreads of 1 and 10 make no difference; the weights do: ∓(1 + 0.2)·0.707107 = ∓0.848528. No batch step: GDPO would give ∓0.707107.
    [Fact]
    public void MoGrpo_IsTheWeightedSumOfScores()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0, 0 }, { 1, 10 } }, [1, 0.2], Exact with { Aggregation = RewardAggregation.MoGrpo });
        Close.To([-0.848528, 0.848528], result.Advantages);
        Close.To([-0.707107, -0.141421, 0.707107, 0.141421], result.Shares);
        Close.Numbers([0.5, 0.5], result.RawShares);
    }

    // A second group ten times as wide scores the same: affine changes of an objective within a group are not seen.
    [Fact]
    public void MoGrpo_DoesNotSeeTheUnit()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0 }, { 1 }, { 5 }, { -5 } }, [1], Exact with { Aggregation = RewardAggregation.MoGrpo });
        Close.To([-0.707107, 0.707107, 0.707107, -0.707107], result.Advantages);
    }

    // Rows (bad, good) and (good, bad), κ = 2: A = −½·ln(½·(e^1.414214 + e^−1.414214)) = −½·ln 2.178183 = −0.389245 for both.
    // The soft minimum puts e^1.414214/4.356367 = 0.944193 on the bad one: shares −0.707107·0.944193 = −0.667645 and 0.707107·0.055807 = 0.039461.
    [Fact]
    public void Rvpo_GoodDoesNotBuyOffBad()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0, 1 }, { 1, 0 } }, [1, 1], Exact with { Aggregation = RewardAggregation.Rvpo, Kappa = 2 });
        Close.To([-0.389245, -0.389245], result.Advantages);
        Close.To([-0.667645, 0.039461, 0.039461, -0.667645], result.Shares);
        Assert.Equal(1, result.FracRewardZeroStd);
    }

    // Where the objectives agree, the soft minimum is their score, whatever κ and however often the weights count: not the sum.
    [Theory, InlineData(0.01), InlineData(2), InlineData(1000)]
    public void Rvpo_ObjectivesThatAgree_GiveTheirScore(double kappa)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0, 0 }, { 1, 3 } }, [2, 2], Exact with { Aggregation = RewardAggregation.Rvpo, Kappa = kappa });
        Close.To([-0.707107, 0.707107], result.Advantages);
        Close.To(result.Advantages, result.Shares.sum(1L));
    }

    // κ → 0 is the mean, 0 here; κ → ∞ the minimum, −0.707107 (+ ln 2 / 10,000 = 0.000069).
    [Theory, InlineData(1e-6, 0), InlineData(1e4, -0.707037)]
    public void Rvpo_KappaGoesFromMeanToMinimum(double kappa, double expected)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0, 1 }, { 1, 0 } }, [1, 1], Exact with { Aggregation = RewardAggregation.Rvpo, Kappa = kappa });
        Close.To([expected, expected], result.Advantages);
    }

    // Weights 3 and 1, κ = 2: v = 0.75, 0.25. Row 0: −½·ln(0.75·4.113250 + 0.25·0.243117) = −½·ln 3.145717 = −0.573021.
    // Row 1: −½·ln(0.75·0.243117 + 0.25·4.113250) = −½·ln 1.210650 = −0.095579.
    [Fact]
    public void Rvpo_Weights_AreDividedByTheirSum()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0, 1 }, { 1, 0 } }, [3, 1], Exact with { Aggregation = RewardAggregation.Rvpo, Kappa = 2 });
        Close.To([-0.573021, -0.095579], result.Advantages);
    }

    // Row 2 lacks objective 1, so its soft minimum is its score in objective 0: (0, 1, 2) about 1 with std 1 gives +1. Row 3 has nothing.
    [Fact]
    public void Rvpo_MissingObjective_IsLeftOutOfTheMinimum()
    {
        using var scope = torch.NewDisposeScope();
        double nan = double.NaN;
        using GroupAdvantagesResult result = Compute(
            new[,] { { 0.0, 1 }, { 1, 0 }, { 2, nan }, { nan, nan } }, [1, 1], Exact with { Aggregation = RewardAggregation.Rvpo }, g: 4);
        double[] advantages = Close.Doubles(result.Advantages);
        Assert.Equal(1, advantages[2], 9);
        Assert.Equal(0, advantages[3]);
        Close.Numbers([1, 0, 0, 0], Close.Doubles(result.Shares)[4..]);
    }

    [Fact]
    public void Rvpo_NegativeWeight_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Contains("rvpo", Assert.Throws<ArgumentException>(
            () => Compute(new[,] { { 0.0, 1 }, { 1, 0 } }, [1, -1], Exact with { Aggregation = RewardAggregation.Rvpo })).Message, StringComparison.Ordinal);
    }

    // Objective 1 spreads by 0.000707 alone. A floor of 0.1 lets it speak with ∓0.0005/0.1 = ∓0.005 instead of ∓0.707107. Objective 0 is above the floor.
    [Theory, InlineData(0, 1.414214), InlineData(0.1, 0.712107)]
    public void StdFloor_QuietensANearConstantObjective(double floor, double expected)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(
            new[,] { { 0.0, 0 }, { 1, 0.001 } }, [1, 1], Exact with { Aggregation = RewardAggregation.MoGrpo, StdFloor = floor });
        Close.To([-expected, expected], result.Advantages);
    }

    // The floor holds for the weighted sum too: ∓0.0005/0.1.
    [Fact]
    public void StdFloor_HoldsForTheSum()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.0 }, { 0.001 } }, [1], Exact with { StdFloor = 0.1 });
        Close.To([-0.005, 0.005], result.Advantages);
    }

    [Fact]
    public void Faults_EverythingWrong_IsToldAtOnce()
    {
        var options = new GroupAdvantageOptions { Epsilon = -1, StdFloor = double.NaN, Kappa = 0 };
        Assert.Equal(["grpo.epsilon", "grpo.std_floor", "grpo.kappa"], options.Faults("grpo").Select(f => f.Split(' ')[0]));
        Assert.Contains("options.kappa", Assert.Throws<ArgumentException>(
            () => Compute(new[,] { { 0.0 }, { 1 } }, [1], new GroupAdvantageOptions { Kappa = -1 })).Message, StringComparison.Ordinal);
    }
}
