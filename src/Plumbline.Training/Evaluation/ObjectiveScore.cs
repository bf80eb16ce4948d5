using Plumbline.Core.Statistics;

namespace Plumbline.Training.Evaluation;

/// <summary>One objective's scores over the answers, in the judge's unit; rows to which it does not apply (NaN) are left out.</summary>
/// <param name="Count">Rows scored.</param>
/// <param name="Mean">Their mean; NaN without rows.</param>
/// <param name="Std">Their spread; NaN for fewer than two.</param>
/// <param name="Low">Lower end of the mean's 95 % bootstrap interval.</param>
/// <param name="High">Its upper end.</param>
public sealed record ObjectiveScore(int Count, double Mean, double Std, double Low, double High)
{
    /// <summary>Summarises scores.</summary>
    /// <param name="scores">One a row, NaN where it does not apply.</param>
    /// <param name="seed">Seed of the interval.</param>
    public static ObjectiveScore Of(IEnumerable<double> scores, long seed)
    {
        double[] present = [.. scores.Where(s => !double.IsNaN(s))];
        Summary summary = Summary.Of(present);
        Interval interval = BootstrapMean.Compute(present, seed);
        return new ObjectiveScore(summary.Count, summary.Mean, summary.Std, interval.Low, interval.High);
    }
}
