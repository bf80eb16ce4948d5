namespace Plumbline.Training.Evaluation;

/// <summary>How far the policy has moved from its reference, estimated on its own sampled tokens, nats a token.</summary>
/// <remarks>With d = referenceLogProb − logProb: k1 = −d, k3 = exp(d) − 1 − d. Source: Schulman 2020, "Approximating KL divergence" (joschu.net/blog/kl-approx.html).</remarks>
/// <param name="K1">Mean of k1 over all sampled tokens: unbiased, may be negative.</param>
/// <param name="K3">Mean of k3: unbiased, never negative, of lower variance near the reference.</param>
/// <param name="PerAnswer">Mean over answers of the summed k1: the KL of whole answers, nats.</param>
/// <param name="Tokens">Tokens it rests on.</param>
public sealed record KlFigures(double K1, double K3, double PerAnswer, int Tokens)
{
    /// <summary>Estimates the KL.</summary>
    /// <param name="logProbs">Log-probability of each sampled token under the policy, nats, answer by answer.</param>
    /// <param name="referenceLogProbs">The same tokens under the reference.</param>
    /// <exception cref="ArgumentException">The two do not hold the same tokens.</exception>
    public static KlFigures Of(IReadOnlyList<float[]> logProbs, IReadOnlyList<float[]> referenceLogProbs)
    {
        ArgumentNullException.ThrowIfNull(logProbs);
        ArgumentNullException.ThrowIfNull(referenceLogProbs);
        if (!logProbs.Select(l => l.Length).SequenceEqual(referenceLogProbs.Select(l => l.Length)))
            throw new ArgumentException("Policy and reference give log-probabilities for different numbers of tokens; both must be asked about the same answers.");
        double k1 = 0, k3 = 0;
        int tokens = 0;
        for (int i = 0; i < logProbs.Count; i++)
            for (int t = 0; t < logProbs[i].Length; t++, tokens++)
            {
                double gap = (double)referenceLogProbs[i][t] - logProbs[i][t];
                k1 -= gap;
                k3 += Math.Exp(gap) - 1 - gap;
            }
        return new KlFigures(k1 / tokens, k3 / tokens, k1 / logProbs.Count, tokens);
    }
}
