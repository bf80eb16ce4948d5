using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>What to do when another engine sampled: its log-probabilities differ from ours, and the surrogate is weighted by the ratio, held within bounds.</summary>
/// <remarks>
/// ρ = exp(oldLogProbs − samplerLogProbs) per token, or exp of the sum over a completion; truncated to the bounds, or 0 outside them.
/// The defaults are TRL's (<c>vllm_importance_sampling_mode</c> sequence_mask, <c>vllm_importance_sampling_cap</c> 3). The penalty is never weighted.
/// </remarks>
public sealed record SamplerCorrection
{
    /// <summary>Over what the ratio is taken: each token, or the product over a completion.</summary>
    public ImportanceSamplingLevel Level { get; init; } = ImportanceSamplingLevel.Sequence;

    /// <summary>Whether a ratio outside the bounds becomes 0 (mask) instead of the nearest bound (truncate).</summary>
    public bool Masks { get; init; } = true;

    /// <summary>The greatest ratio, C_max; above 0.</summary>
    public double Cap { get; init; } = 3.0;

    /// <summary>The least ratio, C_min; in [0, <see cref="Cap"/>].</summary>
    public double Floor { get; init; }

    internal IEnumerable<string> Faults(string path)
    {
        if (Cap is not (> 0 and < double.PositiveInfinity))
            yield return $"{path}.cap is {Cap}, but the greatest ratio must be a number above 0. A usual value is 3.";
        if (!(Floor >= 0 && Floor <= Cap))
            yield return $"{path}.floor is {Floor}, but the least ratio must lie between 0 and cap, {Cap}. 0 sets none.";
    }

    /// <param name="logRatio">oldLogProbs − samplerLogProbs, nats, detached, (B, T).</param>
    /// <param name="weight">1 where the token counts, else 0, (B, T).</param>
    /// <returns>(B, T) or (B, 1), in the caller's dispose scope.</returns>
    internal Tensor Ratio(Tensor logRatio, Tensor weight)
    {
        Tensor ratio = (Level == ImportanceSamplingLevel.Token ? logRatio : (logRatio * weight).sum(1L, keepdim: true)).exp();
        return Masks
            ? ratio.masked_fill(ratio.gt(Cap).logical_or(ratio.lt(Floor)), 0.0)
            : ratio.clamp(Floor, Cap);
    }
}
