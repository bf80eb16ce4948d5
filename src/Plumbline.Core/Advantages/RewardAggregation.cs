namespace Plumbline.Core.Advantages;

/// <summary>Whether objectives are weighted before or after normalisation (TRL's <c>multi_objective_aggregation</c>).</summary>
public enum RewardAggregation
{
    /// <summary>The weighted sum is normalised: the objective with the widest spread leads (GRPO).</summary>
    SumThenNormalize,

    /// <summary>Each objective is normalised in its group, then weighted, then scaled over the batch (GDPO, arXiv:2601.05242).</summary>
    NormalizeThenSum,
}
