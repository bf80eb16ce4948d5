namespace Plumbline.Core.Losses.Preference;

/// <summary>AOT without pairs: the distribution of the chosen completions' log-ratios shall dominate that of the rejected ones'.</summary>
/// <remarks>−(1 − ε)·log σ(βδ) − ε·log σ(−βδ), δ = sort(c) − sort(j). Compares the pairs of one call. Source: Melnyk et al. 2024, arXiv:2406.05882.</remarks>
internal static class AotUnpairedLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) =>
        SmoothedLogistic.Cost(options.Beta * (terms.ChosenLogRatios.sort(0).Values - terms.RejectedLogRatios.sort(0).Values), options.LabelSmoothing);
}
