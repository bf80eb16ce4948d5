namespace Plumbline.Core.Statistics;

/// <summary>How much paired values changed.</summary>
/// <param name="Pairs">Pairs compared.</param>
/// <param name="Mean">Mean of after − before; NaN without pairs.</param>
/// <param name="Interval">Bootstrap interval of that mean, 95 %.</param>
/// <param name="PValue">Two-sided p-value of the sign-flip test that nothing changed, in (0, 1]; NaN without pairs.</param>
public readonly record struct PairedDifference(int Pairs, double Mean, Interval Interval, double PValue);
