namespace Plumbline.Core.Losses.Preference;

/// <summary>The negative log-likelihood of the chosen completions, a mean over all their tokens; added to another loss it keeps their likelihood from falling (RPO).</summary>
/// <remarks>Every pair is given −Σ_i log π(y_w,i) / Σ_i |y_w,i|, so the mean over pairs is the mean over tokens. Source: Pang et al. 2024, arXiv:2404.19733.</remarks>
internal static class SftLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options)
    {
        Tensor likelihoods = terms.Inputs.ChosenLikelihoods ?? terms.Inputs.ChosenLogProbs;
        long pairs = likelihoods.shape[0];
        // A micro-batch's pairs are fewer than the step's: the ratio makes their mean over the step's pairs come out right.
        Tensor mean = options.Totals is { } step
            ? likelihoods.sum() * (step.Pairs / pairs / step.ChosenTokens)
            : likelihoods.sum() / terms.Inputs.ChosenLengths.detach().to(likelihoods.dtype).sum().clamp_min(1.0);
        return (-mean).expand(pairs);
    }
}
