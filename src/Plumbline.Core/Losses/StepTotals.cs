namespace Plumbline.Core.Losses;

/// <summary>The size of a whole optimiser step, for losses that are computed micro-batch by micro-batch: with it the cut does not change the result.</summary>
/// <param name="Sequences">Completions of the step, masked ones included.</param>
/// <param name="Tokens">Counted tokens of the step, at least 1.</param>
/// <param name="EntropyThreshold">
/// With <see cref="PolicyLossOptions.TopEntropyQuantile"/> below 1, the step's <see cref="HighEntropyMask.Threshold"/>, nats.
/// Null = each micro-batch takes its own, as TRL does, and then the cut does matter.
/// </param>
public sealed record StepTotals(double Sequences, double Tokens, double? EntropyThreshold = null);
