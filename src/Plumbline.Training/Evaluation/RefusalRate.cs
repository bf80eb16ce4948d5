using Plumbline.Core.Statistics;

namespace Plumbline.Training.Evaluation;

/// <summary>How often answers refuse.</summary>
/// <param name="Rows">Answers counted.</param>
/// <param name="Rate">Share that refuses, in [0, 1]; NaN without rows.</param>
/// <param name="Low">Lower end of the rate's 95 % bootstrap interval.</param>
/// <param name="High">Its upper end.</param>
public sealed record RefusalRate(int Rows, double Rate, double Low, double High)
{
    /// <summary>Counts refusals.</summary>
    /// <param name="refusals">Whether each answer refuses.</param>
    /// <param name="seed">Seed of the interval.</param>
    public static RefusalRate Of(IEnumerable<bool> refusals, long seed)
    {
        double[] values = [.. refusals.Select(r => r ? 1.0 : 0.0)];
        Interval interval = BootstrapMean.Compute(values, seed);
        return new RefusalRate(values.Length, Summary.Of(values).Mean, interval.Low, interval.High);
    }
}
