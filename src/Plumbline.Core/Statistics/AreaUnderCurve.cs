namespace Plumbline.Core.Statistics;

/// <summary>The area under the ROC curve of a score for a binary label.</summary>
public static class AreaUnderCurve
{
    /// <summary>The chance that a positive row scores above a negative one, equal scores counting one half, in [0, 1].</summary>
    /// <remarks>The Mann–Whitney statistic: (rank sum of positives − p(p + 1)/2) / (p·n).</remarks>
    /// <param name="scores">Any real scores; only their order counts.</param>
    /// <param name="labels">Positive where above one half, negative elsewhere.</param>
    /// <returns>The area; NaN when one class is absent or a value is NaN.</returns>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<double> scores, ReadOnlySpan<double> labels)
    {
        Shapes.RequireCount(scores.Length, labels.Length, nameof(labels));
        if (Samples.HoldsNaN(scores) || Samples.HoldsNaN(labels))
            return double.NaN;
        double[] ranks = Ranks.Of(scores);
        double rankSum = 0, positives = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            if (labels[i] <= 0.5)
                continue;
            rankSum += ranks[i];
            positives++;
        }
        return (rankSum - positives * (positives + 1) / 2) / (positives * (ranks.Length - positives));
    }
}
