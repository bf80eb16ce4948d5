using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>What all policy losses have in common: a cost per token, gates, KL penalty, a reduction, and the entropy bonus. They differ in cost and reduction alone.</summary>
internal static class ComposedPolicyLoss
{
    /// <summary>The cost before gates and penalty, (B, T) or (B, 1); adds the metrics that belong to it.</summary>
    internal delegate Tensor Surrogate(PolicyTerms terms, PolicyLossOptions options, Dictionary<string, double> metrics);

    /// <summary>Reduces costs per token, (B, T), 0 where not counted, with weights (B, T) of 1 and 0, to a scalar.</summary>
    internal delegate Tensor Reduction(Tensor cost, Tensor weight, PolicyLossOptions options);

    /// <summary>PPO's clipped surrogate with its metrics.</summary>
    internal static Tensor Clipped(PolicyTerms terms, PolicyLossOptions options, Dictionary<string, double> metrics)
    {
        ClipMetrics.AddTo(metrics, terms, options);
        return terms.SamplerWeighted(ClippedSurrogate.Cost(terms.Ratio, terms.Advantages, options));
    }

    internal static PolicyLossOutput Compute(
        PolicyLossInputs inputs, PolicyLossOptions options, Surrogate surrogate, Reduction reduce, bool readsPadding = false)
    {
        using var scope = torch.NewDisposeScope();
        PolicyTerms terms = PolicyTerms.Of(inputs, options, readsPadding);
        Dictionary<string, double> metrics = terms.Metrics(inputs.Entropies);
        Tensor cost = terms.Penalised(surrogate(terms, options, metrics), options);
        Tensor loss = EntropyBonus.Subtract(reduce(cost, terms.Weight, options), terms, inputs.Entropies, options, metrics);
        return new PolicyLossOutput(loss.MoveToOuterDisposeScope(), metrics, inputs.Mask.sum().ToInt64());
    }
}
