namespace Plumbline.Training.Runs;

/// <summary>How an objective began and ended, read off a run's metrics.</summary>
internal static class ObjectiveChange
{
    /// <summary>The mean over the first and the last reports, each with its standard error.</summary>
    /// <param name="name">The objective.</param>
    /// <param name="judge">Who measured.</param>
    /// <param name="means">A report's mean, in order.</param>
    /// <param name="deviations">A report's standard deviation over its completions, in order; as many as means, or none.</param>
    /// <param name="window">How many reports are averaged at either end, at least 1.</param>
    /// <param name="completions">Completions of a report, n. The standard error over w reports is √(mean variance / (w·n)).</param>
    public static ObjectiveRow Of(string name, string judge, IReadOnlyList<double> means, IReadOnlyList<double> deviations, int window, int completions)
    {
        double? Error(IEnumerable<double> at) =>
            deviations.Count > 0 && completions > 1 && Math.Sqrt(at.Average(d => d * d) / (window * completions)) is var error && double.IsFinite(error) ? error : null;
        return new ObjectiveRow(name, means.Take(window).DefaultIfEmpty(double.NaN).Average(), means.TakeLast(window).DefaultIfEmpty(double.NaN).Average(), judge)
        {
            BeforeSpread = Error(deviations.Take(window)),
            AfterSpread = Error(deviations.TakeLast(window)),
        };
    }
}
