namespace Plumbline.Core.Statistics;

/// <summary>Questions asked of a sample before a statistic is taken.</summary>
internal static class Samples
{
    /// <summary>Whether all values are equal (as also for none or one): exact, where a computed variance would show rounding.</summary>
    internal static bool IsConstant(ReadOnlySpan<double> values) => values.Length < 2 || !values[1..].ContainsAnyExcept(values[0]);

    /// <summary>Whether any value is NaN.</summary>
    internal static bool HoldsNaN(ReadOnlySpan<double> values) => values.Contains(double.NaN);
}
