namespace Plumbline.Core.Returns;

/// <summary>Steers the price of divergence so that the policy stays at a chosen distance from the reference.</summary>
/// <remarks>
/// e = clip((KL − target)/target, −0.2, 0.2), β ← β·(1 + e·n/horizon): a proportional controller in log space.
/// Source: Ziegler et al. 2019, arXiv:1909.08593, Section 2.2, with the gain K_β written as n/horizon as in the authors' code.
/// </remarks>
public static class AdaptiveKl
{
    private const double LargestError = 0.2;

    /// <summary>The coefficient of the next step.</summary>
    /// <param name="coefficient">β of this step.</param>
    /// <param name="kl">This step's divergence, nats per completion (summed over its tokens, then averaged). NaN changes nothing.</param>
    /// <param name="target">The divergence wanted, nats per completion, above 0.</param>
    /// <param name="horizon">Completions over which an error of one whole target would double β; above 0.</param>
    /// <param name="completions">Completions of this step, n.</param>
    /// <exception cref="ArgumentOutOfRangeException">Target or horizon is not above 0.</exception>
    public static double Next(double coefficient, double kl, double target, double horizon, int completions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(horizon);
        if (double.IsNaN(kl))
            return coefficient;
        double error = Math.Clamp((kl - target) / target, -LargestError, LargestError);
        return coefficient * (1 + error * completions / horizon);
    }
}
