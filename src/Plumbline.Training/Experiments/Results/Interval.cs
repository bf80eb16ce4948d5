namespace Plumbline.Training.Experiments.Results;

/// <summary>A mean with its 95 % interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Mean, double Low, double High);
