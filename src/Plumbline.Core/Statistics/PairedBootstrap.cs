namespace Plumbline.Core.Statistics;

/// <summary>Compares two samples pair by pair, so that what makes one prompt harder than another cancels.</summary>
public static class PairedBootstrap
{
    /// <summary>The mean of after − before, with its interval and p-value.</summary>
    /// <param name="before">One value a row.</param>
    /// <param name="after">The same rows afterwards.</param>
    /// <param name="seed">Equal seeds and values give equal figures.</param>
    /// <returns>The difference; pairs of which either value is NaN (not applicable) are left out.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static PairedDifference Compute(ReadOnlySpan<double> before, ReadOnlySpan<double> after, long seed)
    {
        Shapes.RequireCount(before.Length, after.Length, nameof(after));
        var differences = new List<double>(before.Length);
        for (int i = 0; i < before.Length; i++)
            if (!double.IsNaN(before[i]) && !double.IsNaN(after[i]))
                differences.Add(after[i] - before[i]);
        double[] values = [.. differences];
        return new PairedDifference(values.Length, Summary.Of(values).Mean, BootstrapMean.Compute(values, seed), SignFlipTest.PValue(values, seed));
    }
}
