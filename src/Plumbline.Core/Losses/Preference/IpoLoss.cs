namespace Plumbline.Core.Losses.Preference;

/// <summary>IPO: the margin per token shall be 1/(2β), neither less nor more, so that sure preferences are not driven apart for ever.</summary>
/// <remarks>(s_w/|y_w| − s_l/|y_l| − 1/(2β))². Source: Azar et al. 2023, arXiv:2310.12036, Eq. 17. Departure, TRL's: scores are averaged over tokens.</remarks>
internal static class IpoLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) => (terms.DeltaPerToken - 0.5 / options.Beta).square();
}
