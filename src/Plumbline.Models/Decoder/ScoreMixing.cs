using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Weighted sums of values by the softmax of scores: the library's kernel, or its steps where scores are capped.</summary>
internal static class ScoreMixing
{
    /// <summary>softmax(q·kᵀ/√D + mask)·v, the scores s between replaced by c·tanh(s/c) where there is a cap c.</summary>
    /// <remarks>Source of the cap: Gemma Team 2024, arXiv:2408.00118, section 2.</remarks>
    /// <param name="query">(B, H, T, D).</param>
    /// <param name="key">(B, H, S, D).</param>
    /// <param name="value">(B, H, S, D).</param>
    /// <param name="mask">Additive, (B or 1, 1, T, S); null for none.</param>
    /// <param name="causal">Whether each of T = S queries sees the keys up to itself; then without a mask.</param>
    /// <param name="cap">c, above 0; null for none.</param>
    /// <returns>(B, H, T, D).</returns>
    public static Tensor Mix(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double? cap) => cap is { } limit
        ? InSteps(query, key, value, causal ? Causal(query) : mask, limit)
        : torch.nn.functional.scaled_dot_product_attention(query, key, value, mask, is_casual: causal);

    /// <summary>The same step by step, which autograd takes back wherever it can be taken at all.</summary>
    public static Tensor InSteps(Tensor query, Tensor key, Tensor value, Tensor? mask, double? cap)
    {
        Tensor scores = query.matmul(key.transpose(2, 3)) / Math.Sqrt(query.shape[3]);
        if (cap is { } limit)
            scores = Softcap.Apply(scores, limit);
        if (mask is not null)
            scores = scores + mask;
        // Half-precision scores would lose the small weights.
        torch.ScalarType wide = scores.dtype == torch.ScalarType.Float64 ? scores.dtype : torch.ScalarType.Float32;
        return torch.nn.functional.softmax(scores.to(wide), -1).to(query.dtype).matmul(value);
    }

    private static Tensor Causal(Tensor query)
    {
        long t = query.shape[2];
        return torch.full([t, t], float.MinValue, dtype: query.dtype, device: query.device).triu(1);
    }
}
