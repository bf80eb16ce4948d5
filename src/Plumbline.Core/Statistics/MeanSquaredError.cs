namespace Plumbline.Core.Statistics;

/// <summary>Squared error of predictions, alone and beside that of always predicting the labels' mean.</summary>
public static class MeanSquaredError
{
    /// <summary>Σ(prediction − label)² / n, in the label's unit squared.</summary>
    /// <param name="predictions">Predictions.</param>
    /// <param name="labels">Labels, paired with them.</param>
    /// <returns>The error; NaN when there are no pairs or a value is NaN.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        Shapes.RequireCount(predictions.Length, labels.Length, nameof(labels));
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
            sum += (predictions[i] - labels[i]) * (predictions[i] - labels[i]);
        return sum / labels.Length;
    }

    /// <summary>The error of predicting the labels' own mean everywhere: their variance (n).</summary>
    /// <param name="labels">Labels.</param>
    /// <returns>The error, 0 when all labels are equal; NaN when there are none or one is NaN.</returns>
    public static double OfTheMean(ReadOnlySpan<double> labels)
    {
        double mean = Summary.Of(labels).Mean;
        double sum = 0;
        foreach (double label in labels)
            sum += (label - mean) * (label - mean);
        return sum / labels.Length;
    }

    /// <summary>R² = 1 − error / error of the mean: 1 is perfect, 0 no better than the mean, below 0 worse than it.</summary>
    /// <param name="predictions">Predictions.</param>
    /// <param name="labels">Labels, paired with them.</param>
    /// <returns>R²; NaN for fewer than two pairs, constant labels, or a NaN among the values.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static double RSquared(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        double error = Compute(predictions, labels);
        return Samples.IsConstant(labels) ? double.NaN : 1 - error / OfTheMean(labels);
    }
}
