using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>What grpo, bnpo, dr_grpo and dapo have in common: clipped surrogate plus KL penalty per token. They differ in the reduction alone.</summary>
internal static class ClippedPolicyLoss
{
    /// <summary>Reduces costs per token, (B, T), 0 where not counted, with weights (B, T) of 1 and 0, to a scalar.</summary>
    internal delegate Tensor Reduction(Tensor cost, Tensor weight, PolicyLossOptions options);

    internal static PolicyLossOutput Compute(PolicyLossInputs inputs, PolicyLossOptions options, Reduction reduce)
    {
        using var scope = torch.NewDisposeScope();
        PolicyTerms terms = PolicyTerms.Of(inputs, options);
        Tensor cost = terms.Penalised(ClippedSurrogate.Cost(terms.Ratio, terms.Advantages, options), options);
        Tensor loss = reduce(cost, terms.Weight, options);
        Dictionary<string, double> metrics = terms.Metrics(inputs.Entropies);
        ClipMetrics.AddTo(metrics, terms, options);
        return new PolicyLossOutput(loss.MoveToOuterDisposeScope(), metrics, inputs.Mask.sum().ToInt64());
    }
}
