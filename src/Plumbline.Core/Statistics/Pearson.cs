namespace Plumbline.Core.Statistics;

/// <summary>Pearson's correlation: how well a straight line joins two samples.</summary>
public static class Pearson
{
    /// <summary>Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)²·Σ(y − ȳ)²), in [−1, 1].</summary>
    /// <param name="x">One sample.</param>
    /// <param name="y">The other, paired with it.</param>
    /// <returns>The correlation; NaN for fewer than two pairs, a constant sample, or a NaN among the values.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Shapes.RequireCount(x.Length, y.Length, nameof(y));
        if (Samples.IsConstant(x) || Samples.IsConstant(y))
            return double.NaN;
        CrossMoments m = CrossMoments.Of(x, y);
        return Math.Clamp(m.SumXY / Math.Sqrt(m.SumXX) / Math.Sqrt(m.SumYY), -1.0, 1.0);
    }
}
