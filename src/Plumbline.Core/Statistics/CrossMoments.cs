namespace Plumbline.Core.Statistics;

/// <summary>Means and centred sums of products of paired values: what correlation and the least-squares line are made of.</summary>
internal readonly record struct CrossMoments(double MeanX, double MeanY, double SumXX, double SumXY, double SumYY)
{
    internal static CrossMoments Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double meanX = Summary.Of(x).Mean, meanY = Summary.Of(y).Mean;
        double xx = 0, xy = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        return new(meanX, meanY, xx, xy, yy);
    }
}
