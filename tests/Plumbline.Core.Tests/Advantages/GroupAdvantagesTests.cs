using Plumbline.Core.Advantages;
using TorchSharp;
using static Plumbline.Core.Advantages.RewardAggregation;

namespace Plumbline.Core.Tests.Advantages;

public class GroupAdvantagesTests
{
    private const float NaN = float.NaN;
    private static readonly double[] One = [1], Ones = [1, 1];

    private static GroupAdvantagesResult Compute(
        float[,] rewards, int g, double[] weights, ScaleRewards scale = ScaleRewards.Group, RewardAggregation aggregation = SumThenNormalize) =>
        GroupAdvantages.Compute(torch.tensor(rewards), g, weights, scale, aggregation);

    public static TheoryData<ScaleRewards, RewardAggregation> Modes()
    {
        var modes = new TheoryData<ScaleRewards, RewardAggregation>();
        foreach (ScaleRewards scale in Enum.GetValues<ScaleRewards>())
            foreach (RewardAggregation aggregation in Enum.GetValues<RewardAggregation>())
                modes.Add(scale, aggregation);
        return modes;
    }

    // In rvpo an objective without spread bounds what the others can give, and completions of opposite merits are alike but not indifferent.
    public static TheoryData<ScaleRewards, RewardAggregation> LinearModes()
    {
        var modes = new TheoryData<ScaleRewards, RewardAggregation>();
        foreach (ScaleRewards scale in Enum.GetValues<ScaleRewards>())
            foreach (RewardAggregation aggregation in Enum.GetValues<RewardAggregation>().Where(a => a != Rvpo))
                modes.Add(scale, aggregation);
        return modes;
    }

    // Groups (1, 3) and (0, 4). Means 2 and 2. Unbiased stds √2 = 1.41421 and √8 = 2.82843.
    // group: ∓1/1.41431 = ∓0.707057; ∓2/2.82853 = ∓0.707082.
    // batch: mean 2, squares 1+1+4+4 = 10, std √(10/3) = 1.825742: ∓1/1.825842 = ∓0.547692; ∓2/… = ∓1.095385.
    [Theory]
    [InlineData(ScaleRewards.Group, -0.707057, 0.707057, -0.707082, 0.707082)]
    [InlineData(ScaleRewards.Batch, -0.547692, 0.547692, -1.095385, 1.095385)]
    [InlineData(ScaleRewards.None, -1, 1, -2, 2)]
    public void Compute_OneObjective_HandWorked(ScaleRewards scale, double a, double b, double c, double d)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 1f }, { 3f }, { 0f }, { 4f } }, 2, One, scale);
        Close.To([a, b, c, d], result.Advantages);
        Close.To([1, 3, 0, 4], result.Rewards);
        Assert.Equal([1.0], result.WeightedShares);
        Assert.Equal(0, result.FracRewardZeroStd);
    }

    // Objective 0 is (0, 1), objective 1 is (0, 10), weights 1 and 0.2: R = (0, 3), mean 1.5.
    // Unscaled, weighted contributions are ∓0.5 and ∓0.2·5 = ∓1: they sum to ∓1.5. Weighted shares 0.5 : 1 = 1/3, 2/3; raw 0.5 : 5 = 1/11, 10/11.
    [Fact]
    public void Compute_TwoObjectives_AccountsForEachOne()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0f, 0f }, { 1f, 10f } }, 2, [1, 0.2], ScaleRewards.None);
        Close.To([-1.5, 1.5], result.Advantages);
        Close.To([-0.5, -1, 0.5, 1], result.Shares);
        Close.Numbers([1.0 / 3, 2.0 / 3], result.WeightedShares);
        Close.Numbers([1.0 / 11, 10.0 / 11], result.RawShares);
    }

    // The same table, decoupled: each objective becomes ∓0.7071 (to 1e-4), so its weight alone decides: 1 : 0.2 = 5/6, 1/6, and raw 1/2, 1/2.
    // S = ∓0.5/(0.707107+1e-4) ∓ 0.2·5/(7.071068+1e-4) = ∓0.7070068 ∓ 0.1414194 = ∓0.8484262; std √2·0.8484262 = 1.1998558; A = ∓0.8484262/1.1999558 = ∓0.7070478.
    [Fact]
    public void Compute_NormalizeThenSum_LetsWeightsNotSpreadsDecide()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0f, 0f }, { 1f, 10f } }, 2, [1, 0.2], aggregation: NormalizeThenSum);
        Close.To([-0.7070478, 0.7070478], result.Advantages);
        Close.Numbers([5.0 / 6, 1.0 / 6], result.WeightedShares, absolute: 1e-4);
        Close.Numbers([0.5, 0.5], result.RawShares, absolute: 1e-4);
    }

    // Row 1 lacks objective 1. Its R is 2 alone; R = (1+5, 2, 3+1) = (6, 2, 4), mean 4: A = (2, −2, 0) unscaled.
    [Fact]
    public void Compute_MissingReward_IsLeftOutOfTheSum()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 1f, 5f }, { 2f, NaN }, { 3f, 1f } }, 3, Ones, ScaleRewards.None);
        Close.To([6, 2, 4], result.Rewards);
        Close.To([2, -2, 0], result.Advantages);
        // Objective 0: 1, 2, 3 about 2. Objective 1: 5, 0, 1 about 2.
        Close.To([-1, 3, 0, -2, 1, -1], result.Shares);
    }

    // Decoupled, objective 1 has mean (5 + 1)/2 = 3 over the rows that have it, and row 1 gets nothing from it.
    [Fact]
    public void Compute_MissingReward_NormalizeThenSum_HasNoShare()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 1f, 5f }, { 2f, NaN }, { 3f, 1f } }, 3, Ones, aggregation: NormalizeThenSum);
        double[] shares = Close.Doubles(result.Shares);
        Assert.Equal(0, shares[3]);
        Assert.True(shares[1] > 0 && shares[5] < 0);
        Assert.Equal(shares[1], -shares[5], 6);
    }

    // The unscorable row is no 0 in the baseline: the mean of (1, 3) is 2, not 4/3.
    [Fact]
    public void Compute_UnscorableRow_CountsInNoMeanAndHasAdvantageZero()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 1f, NaN }, { NaN, NaN }, { 3f, NaN } }, 3, Ones, ScaleRewards.None);
        Close.To([-1, 0, 1], result.Advantages);
        Assert.Equal([false, true, false], result.Rewards.isnan().data<bool>().ToArray());
        Assert.Equal([1.0, 0.0], result.WeightedShares);
    }

    [Theory, MemberData(nameof(Modes))]
    public void Compute_NothingToCompare_IsExactlyZeroNeverNaN(ScaleRewards scale, RewardAggregation aggregation)
    {
        using var scope = torch.NewDisposeScope();
        float[][,] tables =
        [
            new[,] { { 0.1f, 0.7f }, { 0.1f, 0.7f }, { 0.1f, 0.7f } },      // all equal
            new[,] { { NaN, NaN }, { NaN, NaN }, { NaN, NaN } },            // nothing scorable
            new[,] { { NaN, NaN }, { 0.4f, 0.9f }, { NaN, NaN } },          // one scorable
            new[,] { { 0.3f, 0.9f }, { 0.3f, 0.90000004f }, { 0.3f, 0.9f } },  // equal but for the last digit
        ];
        foreach (float[,] table in tables)
        {
            using GroupAdvantagesResult result = Compute(table, 3, Ones, scale, aggregation);
            Assert.Equal([0.0, 0.0, 0.0], Close.Doubles(result.Advantages));
            Assert.All(Close.Doubles(result.Shares), share => Assert.Equal(0, share));
            Assert.Equal([0.0, 0.0], result.WeightedShares);
            Assert.Equal([0.0, 0.0], result.RawShares);
            Assert.Equal(1, result.FracRewardZeroStd);
        }
    }

    [Theory, MemberData(nameof(Modes))]
    public void Compute_GroupOfOne_HasAdvantageZero(ScaleRewards scale, RewardAggregation aggregation)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 1f }, { 5f } }, 1, One, scale, aggregation);
        Assert.Equal([0.0, 0.0], Close.Doubles(result.Advantages));
        Assert.Equal(1, result.FracRewardZeroStd);
    }

    [Theory, MemberData(nameof(LinearModes))]
    public void Compute_ConstantObjective_HasNoShareAndChangesNothing(ScaleRewards scale, RewardAggregation aggregation)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult with = Compute(new[,] { { 1f, 0.3f }, { 2f, 0.3f }, { 4f, 0.3f } }, 3, Ones, scale, aggregation);
        using GroupAdvantagesResult without = Compute(new[,] { { 1f }, { 2f }, { 4f } }, 3, One, scale, aggregation);
        Close.To(without.Advantages, with.Advantages);
        Assert.Equal([1.0, 0.0], with.WeightedShares);
    }

    [Theory, MemberData(nameof(LinearModes))]
    public void Compute_ObjectivesThatCancel_GiveNoAdvantage(ScaleRewards scale, RewardAggregation aggregation)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 0.1f, 0.9f }, { 0.9f, 0.1f } }, 2, Ones, scale, aggregation);
        Assert.Equal([0.0, 0.0], Close.Doubles(result.Advantages));
        Assert.Equal(1, result.FracRewardZeroStd);
        Close.Numbers([0.5, 0.5], result.WeightedShares);
    }

    // 0.1·0 + 0.3·1 and 0.1·3 + 0.3·0 are both 0.3, but differ in the last binary digit.
    [Fact]
    public void Compute_WeightedSumsEqualButForRounding_GiveExactlyZero()
    {
        using var scope = torch.NewDisposeScope();
        Assert.NotEqual(0.3 * 1, 0.1 * 3);
        using GroupAdvantagesResult result = Compute(new[,] { { 0f, 1f }, { 3f, 0f } }, 2, [0.1, 0.3], ScaleRewards.None);
        Assert.Equal([0.0, 0.0], Close.Doubles(result.Advantages));
        Assert.Equal(1, result.FracRewardZeroStd);
    }

    [Theory, InlineData(SumThenNormalize), InlineData(NormalizeThenSum), InlineData(MoGrpo), InlineData(Rvpo)]
    public void Compute_OneGroupOfTwoIsConstant_FracRewardZeroStdIsOneHalf(RewardAggregation aggregation)
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = Compute(new[,] { { 1f }, { 2f }, { 7f }, { 7f } }, 2, One, aggregation: aggregation);
        Assert.Equal(0.5, result.FracRewardZeroStd);
    }

    [Fact]
    public void Compute_Float64_StaysFloat64AndOutlivesTheInputs()
    {
        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult result = GroupAdvantages.Compute(torch.tensor(new[,] { { 1.0 }, { 3.0 } }), 2, One, ScaleRewards.None, SumThenNormalize);
        Assert.Equal(torch.ScalarType.Float64, result.Advantages.dtype);
        Close.To([-1, 1], result.Advantages, 0, 0);
    }

    // The columns of a transposed tensor are not contiguous: objective rows (1, 3) and (0, 0) give A = ∓1.
    [Fact]
    public void Compute_TransposedRewards_AreReadByRow()
    {
        using var scope = torch.NewDisposeScope();
        Tensor rewards = torch.tensor(new[,] { { 1f, 3f }, { 0f, 0f } }).t();
        using GroupAdvantagesResult result = GroupAdvantages.Compute(rewards, 2, Ones, ScaleRewards.None, SumThenNormalize);
        Close.To([-1, 1], result.Advantages);
    }

    [Fact]
    public void Compute_BadInput_SaysWhatIsWrong()
    {
        using var scope = torch.NewDisposeScope();
        float[,] table = { { 1f }, { 2f }, { 3f } };
        Assert.Contains("whole groups of 2", Assert.Throws<ShapeException>(() => Compute(table, 2, One)).Message, StringComparison.Ordinal);
        Assert.Equal("weights", Assert.Throws<ShapeException>(() => Compute(table, 3, Ones)).ParamName);
        Assert.Throws<ArgumentException>(() => Compute(table, 3, [double.NaN]));
        table[1, 0] = float.PositiveInfinity;
        Assert.Contains("row 1, objective 0", Assert.Throws<ArgumentException>(() => Compute(table, 3, One)).Message, StringComparison.Ordinal);
    }
}
