namespace Plumbline.Core.Statistics;

/// <summary>The least-squares line label ≈ intercept + slope · prediction. Slope 1 and intercept 0 are well calibrated; a slope below 1 says that predictions are too extreme.</summary>
/// <param name="Slope">Labels gained per unit of prediction.</param>
/// <param name="Intercept">The label expected at prediction 0.</param>
public readonly record struct CalibrationLine(double Slope, double Intercept)
{
    /// <summary>Fits the line.</summary>
    /// <param name="predictions">Predictions.</param>
    /// <param name="labels">Labels, paired with them.</param>
    /// <returns>The line; both figures NaN for fewer than two pairs, constant predictions, or a NaN among the values.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static CalibrationLine Fit(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        Shapes.RequireCount(predictions.Length, labels.Length, nameof(labels));
        if (Samples.IsConstant(predictions))
            return new(double.NaN, double.NaN);
        CrossMoments m = CrossMoments.Of(predictions, labels);
        double slope = m.SumXY / m.SumXX;
        return new(slope, m.MeanY - slope * m.MeanX);
    }
}
