namespace Plumbline.Training.Experiments.Results;

/// <summary>One model on the frontier.</summary>
/// <param name="Label">Its name, short.</param>
/// <param name="Weight">The swept weight; null for a point that is no part of the sweep.</param>
/// <param name="Values">Mean score by objective.</param>
public sealed record FrontierPoint(string Label, double? Weight, IReadOnlyDictionary<string, double> Values);
