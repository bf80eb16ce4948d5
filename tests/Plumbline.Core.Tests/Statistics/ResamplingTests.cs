using Plumbline.Core.Statistics;

namespace Plumbline.Core.Tests.Statistics;

public sealed class ResamplingTests
{
    // Two values 0 and 1: a resample's mean is 0, 1/2, 1 with probability 1/4, 1/2, 1/4. The 2.5 % and 97.5 % quantiles are 0 and 1;
    // the 30 % and 70 % quantiles both lie within the middle half.
    [Theory, InlineData(0.95, 0, 1), InlineData(0.4, 0.5, 0.5)]
    public void BootstrapMean_TwoValues_HasTheQuantilesOfTheirThreeMeans(double level, double low, double high) =>
        Assert.Equal(new Interval(low, high), BootstrapMean.Compute([0, 1], seed: 3, level: level));

    // 400 values, half 0, half 1: the mean's standard error is 0.5/√400 = 0.025, so the interval is 0.5 ± 1.96 · 0.025 = 0.451 to 0.549.
    [Fact]
    public void BootstrapMean_ManyValues_IsTheNormalInterval()
    {
        Interval interval = BootstrapMean.Compute([.. Enumerable.Range(0, 400).Select(i => (double)(i % 2))], seed: 1);
        Assert.Equal(0.451, interval.Low, 0.006);
        Assert.Equal(0.549, interval.High, 0.006);
    }

    [Fact]
    public void BootstrapMean_EqualValues_HasNoWidth() => Assert.Equal(new Interval(0.25, 0.25), BootstrapMean.Compute([0.25, 0.25, 0.25], seed: 1));

    [Fact]
    public void BootstrapMean_SameSeed_IsTheSame_AndAnotherSeedIsNot()
    {
        double[] values = [.. Enumerable.Range(0, 30).Select(i => i * i % 7 + 0.1 * i)];
        Assert.Equal(BootstrapMean.Compute(values, seed: 5), BootstrapMean.Compute(values, seed: 5));
        Assert.NotEqual(BootstrapMean.Compute(values, seed: 5), BootstrapMean.Compute(values, seed: 6));
    }

    [Fact]
    public void BootstrapMean_NothingOrNaN_IsNaN()
    {
        Assert.True(double.IsNaN(BootstrapMean.Compute([], seed: 0).Low));
        Assert.True(double.IsNaN(BootstrapMean.Compute([1, double.NaN], seed: 0).High));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapMean.Compute([1], seed: 0, level: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapMean.Compute([1], seed: 0, resamples: 0));
    }

    // Rows differ widely, but each gains exactly 0.1: paired, there is no doubt. The row without a score after is left out.
    [Fact]
    public void PairedBootstrap_EveryRowGainsTheSame_HasNoWidth()
    {
        PairedDifference difference = PairedBootstrap.Compute([0.0, 5.0, -3.0, 1.0], [0.1, 5.1, -2.9, double.NaN], seed: 0);
        Assert.Equal(3, difference.Pairs);
        Assert.Equal(0.1, difference.Mean, 12);
        Assert.Equal(0.1, difference.Interval.Low, 12);
        Assert.True(difference.Interval.IsAboveZero);
        Assert.False(difference.Interval.IsBelowZero);
    }

    // Differences 1, 2, 3 sum to 6. Of the 8 sign patterns only + + + and − − − reach 6 in size: p = 2/8. With 1, 2, −3 the sum is 0: p = 1.
    // With 1, 2, −1 the sum is 2: the patterns sum to ±4 once each, ±2 twice each, 0 twice: 6 of the 8 reach 2.
    [Theory, InlineData(1, 2, 3, 0.25), InlineData(1, 2, -3, 1.0), InlineData(1, 2, -1, 0.75)]
    public void SignFlipTest_ThreePairs_CountsAllPatterns(double a, double b, double c, double expected) =>
        Assert.Equal(expected, SignFlipTest.PValue([a, b, c], seed: 0));

    // 40 pairs that all rise: a random pattern hardly ever matches that, so of 2,000 none does, and the added one leaves 1/2001.
    [Fact]
    public void SignFlipTest_ManyPairsThatAllRise_IsAsSmallAsSamplingAllows() =>
        Assert.Equal(1.0 / 2001, SignFlipTest.PValue([.. Enumerable.Repeat(1.0, 40)], seed: 0), 12);

    // Wins 2, ties 1, losses 1 of 4 (the fifth has no score): (2 + 1/2)/4 = 0.625.
    [Fact]
    public void WinRate_TieCountsHalf_AndMissingScoresNothing()
    {
        WinRate win = WinRate.Of([3, 2, 1, 0, double.NaN], [1, 1, 1, 1, 1], seed: 0);
        Assert.Equal((0.625, 2, 1, 1), (win.Rate, win.Wins, win.Ties, win.Losses));
        Assert.InRange(win.Interval.Low, 0, 0.625);
        Assert.InRange(win.Interval.High, 0.625, 1);
    }

    [Fact]
    public void WinRate_OfOneselfIsAHalf_WithoutDoubt() => Assert.Equal(new WinRate(0.5, new Interval(0.5, 0.5), 0, 3, 0), WinRate.Of([1, 2, 3], [1, 2, 3], seed: 0));

    [Fact]
    public void WinRate_DifferentCounts_Throw() => Assert.Throws<ShapeException>(() => WinRate.Of([1, 2], [1], seed: 0));
}
