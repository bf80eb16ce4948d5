namespace Plumbline.Core.Statistics;

/// <summary>Spearman's correlation: how well any rising curve joins two samples.</summary>
public static class Spearman
{
    /// <summary>Pearson's correlation of the ranks, in [−1, 1]; ties share their mean rank.</summary>
    /// <param name="x">One sample.</param>
    /// <param name="y">The other, paired with it.</param>
    /// <returns>The correlation; NaN for fewer than two pairs, a constant sample, or a NaN among the values.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Shapes.RequireCount(x.Length, y.Length, nameof(y));
        return Samples.HoldsNaN(x) || Samples.HoldsNaN(y) ? double.NaN : Pearson.Compute(Ranks.Of(x), Ranks.Of(y));
    }
}
