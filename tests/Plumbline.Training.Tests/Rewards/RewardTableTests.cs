using Plumbline.Rewards;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

public sealed class RewardTableTests
{
    private static readonly RewardTable Two = new(["a", "b"], [[1, 2], [3, double.NaN], [5, 6]]);
    private static readonly RewardTable One = new(["c"], [[7], [8], [9]]);

    [Fact]
    public void Join_PutsColumnsSideBySide()
    {
        RewardTable joined = RewardTable.Join([Two, One]);
        Assert.Equal(["a", "b", "c"], joined.Objectives);
        Assert.Equal([[1, 2, 7], [3, double.NaN, 8], [5, 6, 9]], joined.Scores);
        Assert.Equal([7.0, 8, 9], joined.Column(2));
    }

    [Fact]
    public void Join_OfTheSameObjectiveTwice_NamesIt() =>
        Assert.Contains("'b'", Assert.Throws<ArgumentException>(() => RewardTable.Join([Two, new RewardTable(["b"], [[0], [0], [0]])])).Message);

    [Fact]
    public void Join_OfUnequalRows_IsRefused() =>
        Assert.Throws<ArgumentException>(() => RewardTable.Join([Two, new RewardTable(["c"], [[0]])]));

    [Fact]
    public void Failures_AreCarriedAlong_AndAddedUp()
    {
        RewardTable first = One with { Failures = new Dictionary<string, int> { ["c"] = 1 } }, second = One with { Failures = new Dictionary<string, int> { ["c"] = 2 } };
        Assert.Equal(new Dictionary<string, int> { ["c"] = 1 }, RewardTable.Join([Two, first]).Failures);
        Assert.Equal(new Dictionary<string, int> { ["c"] = 3 }, RewardTable.Stack([first, second]).Failures);
        Assert.Equal([7.0, 8, 9, 7, 8, 9], RewardTable.Stack([first, second]).Column(0));
        Assert.Equal(first.Failures, first.Reorder([1, 0]).Failures);
        Assert.Equal(1.0, first.Moments([1]).ToDictionary()["rewards/c/failed"]);
        Assert.DoesNotContain("rewards/a/failed", Two.Moments([1, 1]).ToDictionary().Keys);
    }

    [Fact]
    public void Reorder_TakesRowsFromWhereTheOrderSays() =>
        Assert.Equal([[5, 6], [1, 2], [3, double.NaN]], Two.Reorder([2, 0, 1]).Scores);

    // a: 1, 3, 5 has mean 3 and unbiased spread 2; b: 2, 6 has mean 4. Sums a − b/2: 0, 3 (b does not apply), 2.
    [Fact]
    public void Moments_PassOverWhatDoesNotApply()
    {
        Dictionary<string, double> moments = Two.Moments([1, -0.5]).ToDictionary();
        Assert.Equal(3.0, moments["rewards/a/mean"]);
        Assert.Equal(2.0, moments["rewards/a/std"]);
        Assert.Equal(4.0, moments["rewards/b/mean"]);
        Assert.Equal(Math.Sqrt(8), moments["rewards/b/std"], 1e-12);
        Assert.Equal(5 / 3.0, moments["reward"], 1e-12);
    }

    [Fact]
    public async Task ShuffledReward_DealsTheSameRewards_DifferentlyAtEachCall_AndGoesOnWhereItWas()
    {
        var rows = Enumerable.Range(0, 20).Select(i => new RewardInput("p", $"c{i}")).ToArray();
        ShuffledReward Make() => new(Rule.ByNumber([.. Enumerable.Range(0, 20).Select(i => (double)i)]), seed: 1);
        async Task<double[]> Deal(ShuffledReward reward) => (await reward.ScoreAsync(rows, TestContext.Current.CancellationToken)).Column(0);
        ShuffledReward shuffled = Make(), resumed = Make();
        double[] first = await Deal(shuffled), second = await Deal(shuffled);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (double)i), first.Order());
        Assert.NotEqual(first, second);
        resumed.Calls = 1;
        Assert.Equal(second, await Deal(resumed));
    }
}
