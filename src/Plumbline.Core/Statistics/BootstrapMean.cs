namespace Plumbline.Core.Statistics;

/// <summary>How far the mean of a sample may be trusted, by resampling it.</summary>
/// <remarks>The percentile interval. Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.</remarks>
public static class BootstrapMean
{
    /// <summary>Resamples that figures of an evaluation are drawn from; their Monte Carlo error is then a few hundredths of the interval's width.</summary>
    public const int Resamples = 2000;

    /// <summary>The share of resampled means that an interval holds.</summary>
    public const double Level = 0.95;

    /// <summary>The interval of the mean.</summary>
    /// <param name="values">The sample, any unit; at least one value, none of them NaN, for a result that is not NaN.</param>
    /// <param name="seed">Equal seeds and values give equal intervals.</param>
    /// <param name="resamples">Samples drawn with replacement, at least 1.</param>
    /// <param name="level">Share of the resampled means inside, in (0, 1).</param>
    /// <returns>The (1 − level)/2 and (1 + level)/2 quantiles of the resampled means; NaN for an empty sample or one that holds NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside the range given above.</exception>
    public static Interval Compute(ReadOnlySpan<double> values, long seed, int resamples = Resamples, double level = Level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (level is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie strictly between 0 and 1. A usual value is 0.95.");
        if (values.Length == 0 || Samples.HoldsNaN(values))
            return new Interval(double.NaN, double.NaN);
        double[] means = new double[resamples];
        for (int round = 0; round < resamples; round++)
        {
            double sum = 0;
            for (int place = 0; place < values.Length; place++)
                sum += values[CounterDraws.Below(values.Length, seed, round, place)];
            means[round] = sum / values.Length;
        }
        Array.Sort(means);
        return new Interval(Quantile(means, (1 - level) / 2), Quantile(means, (1 + level) / 2));
    }

    // Linear between neighbours of the sorted sample: Hyndman and Fan's type 7.
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
