using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>VESPO: REINFORCE weighted by a smooth function of the whole completion's importance weight, which is 1 at weight 1 and falls on both sides.</summary>
/// <remarks>
/// With w = exp(Σ_t m·(logProbs − oldLogProbs)), per token held to ±20 and in sum to [ln 1e-8, 20], a token costs −φ·A·log-prob + β·k3,
/// φ = sg[exp(λ + k·ln w − λ·w)], k and λ by the sign of A (A ≥ 0 takes the positive pair); reduced as <see cref="DapoLoss"/>.
/// A foreign sampler's ratio enters w and is not multiplied again. Metric <c>vespo/phi_seq_mean</c>: the mean of φ over completions
/// that have tokens. Source: arXiv:2602.10693.
/// </remarks>
public static class VespoLoss
{
    private const double Greatest = 20.0;
    private static readonly double Least = Math.Log(1e-8);

    /// <inheritdoc cref="PolicyLoss"/>
    public static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options) =>
        ComposedPolicyLoss.Compute(inputs, options, Cost, DapoLoss.Reduce);

    private static Tensor Cost(PolicyTerms terms, PolicyLossOptions options, Dictionary<string, double> metrics)
    {
        Tensor phi = Phi(terms, options);
        metrics["vespo/phi_seq_mean"] = terms.Mean(phi);
        return -phi * terms.Advantages * terms.LogProbs;
    }

    private static Tensor Phi(PolicyTerms terms, PolicyLossOptions options)
    {
        using var gradients = torch.no_grad();
        Tensor logWeight = terms.LogRatio.clamp(-Greatest, Greatest).sum(1L, keepdim: true);        // (B, 1)
        if (terms.SamplerRatio is { } sampler)
        {
            Tensor log = sampler.log().clamp(Least, Greatest);
            logWeight += (sampler.shape[1] == 1 ? log : log * terms.Weight).sum(1L, keepdim: true);
        }
        logWeight = logWeight.clamp(Least, Greatest);
        Tensor positive = terms.Advantages.ge(0.0);
        Tensor k = torch.where(positive, torch.full_like(logWeight, options.VespoKPos), torch.full_like(logWeight, options.VespoKNeg));
        Tensor lambda = torch.where(positive, torch.full_like(logWeight, options.VespoLambdaPos), torch.full_like(logWeight, options.VespoLambdaNeg));
        return (lambda + k * logWeight - lambda * logWeight.exp()).exp();
    }
}
