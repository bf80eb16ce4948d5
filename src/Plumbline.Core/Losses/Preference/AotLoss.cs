namespace Plumbline.Core.Losses.Preference;

/// <summary>AOT: the distribution of the policy's margins shall dominate that of the reference's, whichever pairs they come from.</summary>
/// <remarks>With d the policy's margins and d_ref the reference's, each sorted: −(1 − ε)·log σ(βδ) − ε·log σ(−βδ), δ = sort(d) − sort(d_ref). Compares the pairs of one call. Source: Melnyk et al. 2024, arXiv:2406.05882.</remarks>
internal static class AotLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options)
    {
        Tensor margins = terms.Inputs.ChosenLogProbs - terms.Inputs.RejectedLogProbs;
        Tensor reference = (terms.Inputs.ReferenceChosenLogProbs - terms.Inputs.ReferenceRejectedLogProbs).detach();
        return SmoothedLogistic.Cost(options.Beta * (margins.sort(0).Values - reference.sort(0).Values), options.LabelSmoothing);
    }
}
