namespace Plumbline.Training.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Interrupted">True when it was cancelled; its state is saved.</param>
/// <param name="Steps">Steps done over the whole run.</param>
/// <param name="Metrics">Those of the last step.</param>
/// <param name="Elapsed">Time of this process's part.</param>
public sealed record TrainingOutcome(bool Interrupted, int Steps, IReadOnlyDictionary<string, double> Metrics, TimeSpan Elapsed);
