namespace Plumbline.Core.Statistics;

/// <summary>Mean and spread of a sample.</summary>
/// <param name="Count">How many values.</param>
/// <param name="Mean">NaN when there are none.</param>
/// <param name="Std">Unbiased standard deviation (n − 1); NaN for fewer than two values.</param>
public readonly record struct Summary(int Count, double Mean, double Std)
{
    /// <summary>Summarises the values, in two passes; a NaN among them makes both figures NaN.</summary>
    public static Summary Of(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        double mean = sum / values.Length;
        double squares = 0;
        foreach (double value in values)
            squares += (value - mean) * (value - mean);
        return new(values.Length, mean, values.Length < 2 ? double.NaN : Math.Sqrt(squares / (values.Length - 1)));
    }
}
