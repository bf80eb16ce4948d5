using Plumbline.Core.Advantages;
using Plumbline.Core.Divergences;
using TorchSharp;

namespace Plumbline.Core.Tests.Advantages;

/// <summary>Where implementations differ, on rewards so small that each one's ε shows.</summary>
public class PresetTests
{
    private static double[] Advantages(string preset, double[,] rewards, int g, RewardAggregation aggregation = RewardAggregation.SumThenNormalize, long[]? tokens = null)
    {
        using var scope = torch.NewDisposeScope();
        double[] weights = [.. Enumerable.Repeat(1.0, rewards.GetLength(1))];
        GroupAdvantageOptions options = Presets.Get(preset).Advantages with { Aggregation = aggregation };
        using GroupAdvantagesResult result = GroupAdvantages.Compute(torch.tensor(rewards), g, weights, options, tokens is null ? null : torch.tensor(tokens));
        Close.To(result.Advantages, result.Shares.sum(1L));
        return Close.Doubles(result.Advantages);
    }

    // Rewards 0, 1, 5 thousandths: mean 2, deviations −2, −1, 3, std √7 = 2.645751 thousandths, plus 0.1 (trl), 0.001 (verl), 1e-6 (openrlhf).
    // nemo_rl: means of the others 3, 2.5, 0.5: deviations −3, −1.5, 4.5; stds of the others √8, √12.5, √0.5, plus 0.001.
    [Theory]
    [InlineData("trl", -0.728398, -0.364199, 1.092597)]
    [InlineData("verl", -0.755643, -0.377822, 1.133465)]
    [InlineData("openrlhf", -0.755929, -0.377964, 1.133893)]
    [InlineData("nemo_rl", -1.060285, -0.424144, 6.354974)]
    public void Get_GroupStep_HandWorked(string preset, double a, double b, double c) =>
        Close.Numbers([a, b, c], Advantages(preset, new[,] { { 0.0 }, { 0.001 }, { 0.005 } }, 3));

    // The others of the first are equal: no spread, no division: 1 − 0 = 1. The others of the rest are (1, 0): −0.5/(0.707107 + 1e-6) = −0.707106.
    [Fact]
    public void NemoRl_OthersWithoutSpread_AreNotDividedBy() =>
        Close.Numbers([1, -0.707106, -0.707106], Advantages("nemo_rl", new[,] { { 1.0 }, { 0 }, { 0 } }, 3));

    // verl: mean 0, std 1: 0.7/(1 + 1e-6). Elsewhere there is nothing to compare with.
    [Theory, InlineData("trl", 0), InlineData("nemo_rl", 0), InlineData("openrlhf", 0), InlineData("verl", 0.6999993)]
    public void Get_LoneReward_StandsInVerlAlone(string preset, double expected) =>
        Close.Numbers([expected], Advantages(preset, new[,] { { 0.7 } }, 1), absolute: 1e-9);

    // One group of two, rewards 0 and 1, 3 tokens and 1. trl: z = 0.5/(0.707107 + 1e-4) = 0.707007, ∓z/(√2·z + 1e-4) = ∓0.707036.
    // nemo_rl: the only other has no spread: ∓1, over √2: ∓0.707107.
    // verl: mean over 4 tokens (−3z + z)/4 = −z/2; variance (3·(z/2)² + (3z/2)²)/3 = z²: A = −½ and 1½ (1e-8 is a hundred-millionth of ½).
    [Theory]
    [InlineData("trl", -0.707036, 0.707036)]
    [InlineData("nemo_rl", -0.707107, 0.707107)]
    [InlineData("verl", -0.5, 1.5)]
    public void Get_BatchStep_HandWorked(string preset, double a, double b) =>
        Close.Numbers([a, b], Advantages(preset, new[,] { { 0.0 }, { 1 } }, 2, RewardAggregation.NormalizeThenSum, [3, 1]));

    // Shares are centred too: two objectives of opposite sign and unequal weight in a batch whose tokens are unequal still account for every advantage (checked in Advantages).
    [Fact]
    public void Verl_Shares_SumToTheAdvantageAndTokensAverageToZero()
    {
        double[] a = Advantages("verl", new[,] { { 0.0, 1 }, { 1, 0.5 }, { 2, 0 }, { 5, 5 } }, 2, RewardAggregation.NormalizeThenSum, [1, 2, 3, 4]);
        Assert.Equal(0, a[0] + 2 * a[1] + 3 * a[2] + 4 * a[3], 9);
    }

    // The unscorable row's 100 tokens move neither mean nor variance: the others are as in the batch step above, z = ½/√½ again.
    [Fact]
    public void Verl_UnscorableRow_CountsNoTokens() => Close.Numbers(
        [-0.5, 1.5, 0], Advantages("verl", new[,] { { 0.0 }, { 1 }, { double.NaN } }, 3, RewardAggregation.NormalizeThenSum, [3, 1, 100]));

    [Fact]
    public void BatchStepNone_IsTheSumItself()
    {
        using var scope = torch.NewDisposeScope();
        var options = new GroupAdvantageOptions { Epsilon = 0, Aggregation = RewardAggregation.NormalizeThenSum, BatchNormalization = BatchNormalization.None };
        using GroupAdvantagesResult result = GroupAdvantages.Compute(torch.tensor(new[,] { { 0.0, 0 }, { 1, 1 } }), 2, [1, 1], options);
        Close.To([-1.414214, 1.414214], result.Advantages);
    }

    [Fact]
    public void ResponseTokens_WithoutCounts_AsksForThem() =>
        Assert.Contains("responseTokens", Assert.Throws<ArgumentException>(
            () => Advantages("verl", new[,] { { 0.0 }, { 1 } }, 2, RewardAggregation.NormalizeThenSum)).Message, StringComparison.Ordinal);

    [Fact]
    public void Get_KlClamps_AreThoseOfEach()
    {
        Assert.Equal([null, null, 20.0, 10.0, 20.0, 10.0, null, 10.0], new[] { "trl", "verl", "nemo_rl", "openrlhf" }
            .Select(name => Presets.Get(name).KlClamp).SelectMany(clamp => new[] { clamp.Input, clamp.Output }));
        Assert.Equal(K3Clamp.None, Presets.Get("trl").KlClamp);
        Assert.Contains("nemo_rl, openrlhf, trl, verl", Assert.Throws<ArgumentException>(() => Presets.Get("nemo")).Message, StringComparison.Ordinal);
    }
}
