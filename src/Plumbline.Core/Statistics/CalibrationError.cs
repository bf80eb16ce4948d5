namespace Plumbline.Core.Statistics;

/// <summary>The expected calibration error: how far predictions in [0, 1] stand from the labels they stand for.</summary>
public static class CalibrationError
{
    /// <summary>Σ_b (n_b / n)·|mean prediction − mean label| over bins of equal width, in [0, 1] for values in [0, 1].</summary>
    /// <remarks>
    /// Source: Naeini et al. 2015 (AAAI), with the label in place of the class, so that graded labels serve too.
    /// A prediction outside [0, 1] falls into the nearest bin with its value as it is.
    /// </remarks>
    /// <param name="predictions">Predictions, meant to lie in [0, 1].</param>
    /// <param name="labels">Labels in [0, 1], binary or graded, paired with them.</param>
    /// <param name="bins">How many bins, at least 1.</param>
    /// <returns>The error; NaN when there are no pairs or a value is NaN.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels, int bins = 10)
    {
        Shapes.RequireCount(predictions.Length, labels.Length, nameof(labels));
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (Samples.HoldsNaN(predictions) || Samples.HoldsNaN(labels))
            return double.NaN;
        double[] excess = new double[bins];
        for (int i = 0; i < labels.Length; i++)
            excess[(int)Math.Clamp(predictions[i] * bins, 0, bins - 1)] += predictions[i] - labels[i];
        return excess.Sum(Math.Abs) / labels.Length;
    }
}
