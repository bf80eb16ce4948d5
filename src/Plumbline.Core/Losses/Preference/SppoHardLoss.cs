namespace Plumbline.Core.Losses.Preference;

/// <summary>SPPO with hard labels: the chosen completion's score is drawn to 1/(2β), the rejected one's to −1/(2β).</summary>
/// <remarks>(s_w − 1/(2β))² + (s_l + 1/(2β))². Source: Wu et al. 2024, arXiv:2405.00675, with win rates 1 and 0.</remarks>
internal static class SppoHardLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) =>
        (terms.ChosenScores - 0.5 / options.Beta).square() + (terms.RejectedScores + 0.5 / options.Beta).square();
}
