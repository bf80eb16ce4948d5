namespace Plumbline.Core.Losses.Preference;

/// <summary>APO-down: lowers both completions, the rejected one more; for policies better than the chosen answers.</summary>
/// <remarks>σ(βc) + 1 − σ(βΔ). Source: D'Oosterlinck et al. 2024, arXiv:2408.06266, Eq. 8.</remarks>
internal static class ApoDownLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) =>
        (options.Beta * terms.ChosenLogRatios).sigmoid() + 1.0 - (options.Beta * terms.Delta).sigmoid();
}
