namespace Plumbline.Core.Advantages;

/// <summary>The last step of <see cref="RewardAggregation.NormalizeThenSum"/>: how S, each completion's weighted sum of scores, is scaled over the batch.</summary>
public enum BatchNormalization
{
    /// <summary>(S − mean) / (std + ε) over completions (TRL).</summary>
    StandardDeviation,

    /// <summary>(S − mean) / std over completions (NeMo-RL).</summary>
    ExactStandardDeviation,

    /// <summary>(S − mean) · (variance + 1e-8)^−½ over response tokens, so that a long completion counts once per token (verl). Wants the token counts.</summary>
    ResponseTokens,

    /// <summary>S itself.</summary>
    None,
}
