namespace Plumbline.Training.Runs;

/// <summary>How many numbers a run holds.</summary>
/// <param name="Held">Parameters in memory: policy, reference, critic, reward models.</param>
/// <param name="Trained">Parameters that receive gradients.</param>
/// <param name="Optimised">Numbers of optimizer state.</param>
public sealed record ParameterCounts(long Held, long Trained, long Optimised);
