using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>Rewards a policy for staying undecided: entropy_coef times the mean entropy per token is taken from the loss, whatever the loss divides by.</summary>
/// <remarks>The mean is over the step's tokens with <see cref="PolicyLossOptions.Totals"/>, else over the micro-batch's, divided by the accumulation steps.</remarks>
internal static class EntropyBonus
{
    /// <returns>The loss less the bonus, or the loss itself where the coefficient is 0.</returns>
    internal static Tensor Subtract(Tensor loss, PolicyTerms terms, Tensor? entropies, PolicyLossOptions options, Dictionary<string, double> metrics)
    {
        if (options.EntropyCoef == 0)
            return loss;
        if (entropies is null)
            throw new ArgumentException($"entropy_coef is {options.EntropyCoef}, but Entropies is missing. Give the entropies, or set entropy_coef to 0.", nameof(entropies));
        metrics["policy_loss"] = loss.ToDouble();
        metrics["entropy_coef"] = options.EntropyCoef;
        Tensor counted = entropies.masked_fill(terms.Weight.eq(0.0), 0.0);
        return loss - options.EntropyCoef * BnpoLoss.Reduce(counted, terms.Weight, options);
    }
}
