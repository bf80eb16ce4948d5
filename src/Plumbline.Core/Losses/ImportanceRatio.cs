namespace Plumbline.Core.Losses;

/// <summary>How much likelier the policy finds what was sampled than the policy that sampled it did.</summary>
/// <remarks>
/// Token level r_t = exp(d_t); sequence level r = exp(Σ_t m_t·d_t / max(Σ_t m_t, 1)), so a row without tokens has ratio 1.
/// Source: GSPO, arXiv:2507.18071, Eq. 7.
/// </remarks>
internal static class ImportanceRatio
{
    /// <param name="logRatio">logProbs − oldLogProbs, nats, with gradient, (B, T).</param>
    /// <param name="weight">1 where the token counts, else 0, (B, T).</param>
    /// <param name="level">Token or sequence.</param>
    /// <returns>(B, T) or (B, 1), in the caller's dispose scope.</returns>
    internal static Tensor Compute(Tensor logRatio, Tensor weight, ImportanceSamplingLevel level) => level switch
    {
        ImportanceSamplingLevel.Token => logRatio.exp(),
        ImportanceSamplingLevel.Sequence => ((logRatio * weight).sum(1L, keepdim: true) / weight.sum(1L, keepdim: true).clamp_min(1.0)).exp(),
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a known level."),
    };
}
