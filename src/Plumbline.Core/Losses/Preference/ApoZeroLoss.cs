namespace Plumbline.Core.Losses.Preference;

/// <summary>APO-zero: raises the chosen completion and lowers the rejected one, each against the reference.</summary>
/// <remarks>1 − σ(βc) + σ(βj), on log-ratios. Source: D'Oosterlinck et al. 2024, arXiv:2408.06266, Eq. 7.</remarks>
internal static class ApoZeroLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) =>
        1.0 - (options.Beta * terms.ChosenLogRatios).sigmoid() + (options.Beta * terms.RejectedLogRatios).sigmoid();
}
