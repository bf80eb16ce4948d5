using Plumbline.Core.Statistics;

namespace Plumbline.Core.Tests.Statistics;

public sealed class DistinctNgramsTests
{
    // "a b a b" and "a c": words a b a b a c, of which a, b, c differ: 3/6. Pairs ab ba ab ac, of which 3 differ: 3/4; none reaches from text to text.
    [Theory, InlineData(1, 0.5), InlineData(2, 0.75)]
    public void Share_TwoTexts_CountsThemTogetherButNotAcross(int n, double expected) =>
        Assert.Equal(expected, DistinctNgrams.Share([["a", "b", "a", "b"], new[] { "a", "c" }], n));

    [Fact]
    public void Share_NoTextLongEnough_IsNaN() => Assert.True(double.IsNaN(DistinctNgrams.Share([new[] { 1 }, []], 2)));

    // 1 2 1 2 1: pairs 12 21 12 21, two of four stood there before.
    [Theory, InlineData(2, 0.5), InlineData(6, 0)]
    public void RepeatedShare_OfOneText(int n, double expected) => Assert.Equal(expected, DistinctNgrams.RepeatedShare([1, 2, 1, 2, 1], n));
}
