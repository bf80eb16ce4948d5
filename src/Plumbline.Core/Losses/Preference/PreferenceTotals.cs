namespace Plumbline.Core.Losses.Preference;

/// <summary>The size of a whole optimiser step, for losses that are computed micro-batch by micro-batch: with it the cut does not change the result.</summary>
/// <param name="Pairs">Pairs of the step, at least 1.</param>
/// <param name="ChosenTokens">Tokens of the chosen completions of the step, at least 1; <c>sft</c>'s divisor.</param>
public sealed record PreferenceTotals(double Pairs, double ChosenTokens);
