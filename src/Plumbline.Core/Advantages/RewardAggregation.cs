namespace Plumbline.Core.Advantages;

/// <summary>How the objectives of a completion become one advantage (TRL's <c>multi_objective_aggregation</c>; the last two are ours).</summary>
public enum RewardAggregation
{
    /// <summary>The weighted sum is normalised: the objective with the widest spread leads (GRPO).</summary>
    SumThenNormalize,

    /// <summary>Each objective is normalised in its group, then weighted, then scaled over the batch (GDPO, arXiv:2601.05242).</summary>
    NormalizeThenSum,

    /// <summary>The same without the batch: each group stands for itself (MO-GRPO, arXiv:2509.22047).</summary>
    MoGrpo,

    /// <summary>Each objective is normalised in its group, then a soft minimum is taken: a bad one is not bought off by a good one (RVPO, arXiv:2605.05750).</summary>
    Rvpo,
}
