using CsCheck;
using Plumbline.Core.Statistics;

namespace Plumbline.Core.Tests.Statistics;

public class CorrelationTests
{
    // x = 1, 2, 3 about 2; y = 1, 3, 2 about 2: Σdxdy = (−1)(−1) + 0·1 + 1·0 = 1; Σdx² = Σdy² = 2: r = 1/2. The ranks are the values.
    // y = 10, 1000, 20 has the same ranks; Σdxdy = (−1)(−333.33…) + (1)(−323.33…) = 10, Σdy² = 333.33² + 656.67² + 323.33² = 646866.67: r = 10/√(2·646866.67) = 0.0087918.
    [Theory]
    [InlineData(new[] { 1.0, 3.0, 2.0 }, 0.5, 0.5)]
    [InlineData(new[] { 10.0, 1000.0, 20.0 }, 0.0087918, 0.5)]
    [InlineData(new[] { 6.0, 4.0, 2.0 }, -1.0, -1.0)]
    public void Compute_HandWorked(double[] y, double pearson, double spearman)
    {
        double[] x = [1, 2, 3];
        Assert.Equal(pearson, Pearson.Compute(x, y), 6);
        Assert.Equal(spearman, Spearman.Compute(x, y), 6);
    }

    // y = 1, 1, 5, 9 has ranks 1.5, 1.5, 3, 4 about 2.5: Σ with x's −1.5, −0.5, 0.5, 1.5 = 1.5 + 0.5 + 0.25 + 2.25 = 4.5; Σdx² = 5, Σdy² = 1 + 1 + 0.25 + 2.25 = 4.5.
    // 4.5/√22.5 = 0.9486833. Ranks 1 and 2 for the tie would give 1.
    [Fact]
    public void Spearman_Ties_ShareTheirMeanRank() =>
        Assert.Equal(0.9486833, Spearman.Compute([1, 2, 3, 4], [1, 1, 5, 9]), 6);

    [Fact]
    public void Compute_DegenerateSample_IsNaN()
    {
        double[] some = [1, 2, 3];
        foreach (double[] bad in new[] { [0.1, 0.1, 0.1], [1, double.NaN, 2], new[] { double.NaN, double.NaN, double.NaN } })
        {
            Assert.True(double.IsNaN(Pearson.Compute(some, bad)));
            Assert.True(double.IsNaN(Pearson.Compute(bad, some)));
            Assert.True(double.IsNaN(Spearman.Compute(some, bad)));
            Assert.True(double.IsNaN(Spearman.Compute(bad, some)));
        }
        Assert.True(double.IsNaN(Pearson.Compute([], [])));
        Assert.True(double.IsNaN(Spearman.Compute([1], [1])));
        Assert.Throws<ShapeException>(() => Pearson.Compute(some, [1, 2]));
        Assert.Throws<ShapeException>(() => Spearman.Compute(some, [1, 2]));
    }

    [Fact]
    public void Spearman_AnyRisingCurve_LeavesItUnchanged() =>
        Gen.Select(Gen.Int[-20, 20].Array[3, 30], Gen.Int[-20, 20].Array[3, 30]).Sample((a, b) =>
        {
            int n = Math.Min(a.Length, b.Length);
            double[] x = a[..n].Select(v => (double)v).ToArray(), y = b[..n].Select(v => (double)v).ToArray();
            double plain = Spearman.Compute(x, y), curved = Spearman.Compute(x.Select(v => v * v * v + v).ToArray(), y);
            return double.IsNaN(plain) ? double.IsNaN(curved) : Math.Abs(plain - curved) < 1e-12;
        });
}
