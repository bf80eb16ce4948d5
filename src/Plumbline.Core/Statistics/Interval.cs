namespace Plumbline.Core.Statistics;

/// <summary>An interval of confidence around an estimate, in the estimate's own unit.</summary>
/// <param name="Low">The lower end; NaN where there was nothing to estimate from.</param>
/// <param name="High">The upper end, at least <paramref name="Low"/>.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether the whole interval lies above 0; false for NaN.</summary>
    public bool IsAboveZero => Low > 0;

    /// <summary>Whether the whole interval lies below 0; false for NaN.</summary>
    public bool IsBelowZero => High < 0;
}
