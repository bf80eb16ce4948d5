using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Grouped-query self-attention with rotary positions.</summary>
/// <remarks>Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2; Ainslie et al. 2023, arXiv:2305.13245.</remarks>
internal sealed class Attention : IDisposable
{
    private readonly int _layer, _heads, _keyValueHeads, _headDim;
    private readonly double _queryFactor; // the kernels divide scores by √D
    private readonly double? _scoreCap;
    private readonly bool _slides, _normsOverHeads;
    private readonly int? _window;

    public Attention(ModelConfig config, int layer, WeightSource weights)
    {
        (_layer, _heads, _keyValueHeads, _headDim) = (layer, config.NumAttentionHeads, config.NumKeyValueHeads, config.HeadDim);
        _slides = config.SlidingWindow is not null && layer < config.SlidingLayers.Count && config.SlidingLayers[layer];
        _window = _slides ? config.SlidingWindow : null;
        _queryFactor = Math.Sqrt(_headDim / (config.Variant.QueryPreAttnScalar ?? _headDim));
        _scoreCap = config.Variant.AttnLogitSoftcapping;
        ModuleNames names = ModuleNames.Of(config);
        string prefix = names.Layer(layer);
        int queries = _heads * _headDim, keys = _keyValueHeads * _headDim;
        Linear Project(string name, int outputs) => weights.Linear(prefix + name, outputs, config.HiddenSize, config.QkvBias);
        Inputs = config.Variant.FusedProjections
            ? ProjectionGroup.Together(Project(names.QueryKeyValue, queries + 2 * keys), queries, keys, keys)
            : ProjectionGroup.Apart(Project(names.Query, queries), Project(names.Key, keys), Project(names.Value, keys));
        Output = weights.Linear(prefix + names.AttentionOutput, config.HiddenSize, queries, config.OutputBias);
        if (config.QkNorm)
        {
            _normsOverHeads = config.Variant.QkNormOverHeads;
            QueryNorm = weights.Norm(prefix + names.QueryNorm, _normsOverHeads ? queries : _headDim, config);
            KeyNorm = weights.Norm(prefix + names.KeyNorm, _normsOverHeads ? keys : _headDim, config);
        }
    }

    /// <summary>Whether adapters run merged where they can; false runs them apart, to compare with.</summary>
    public bool Fused { get; set; } = true;

    /// <summary>Query, key and value.</summary>
    public ProjectionGroup Inputs { get; }

    public Linear Output { get; }

    public Norm? QueryNorm { get; }

    public Norm? KeyNorm { get; }

    /// <summary>Keys a token sees, itself included; null for all.</summary>
    public int? Window => _window;

    /// <summary>Rotated keys and values of x, (B, T, width): (B, Hkv, T, D) each.</summary>
    public (Tensor Keys, Tensor Values) KeysAndValues(Tensor x, DecoderPass pass)
    {
        Tensor[] projected = Inputs.Forward(x, merge: false, first: 1);
        return (RotaryEmbedding.Rotate(Heads(projected[0], _keyValueHeads, KeyNorm), pass.Cosine, pass.Sine), Heads(projected[1], _keyValueHeads, null));
    }

    /// <summary>(B, T, width) to (B, T, width).</summary>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        bool merge = Fused && pass.Cache is null;
        Tensor[] projected = Inputs.Forward(x, merge);
        Tensor query = Heads(projected[0], _heads, QueryNorm);            // (B, H, T, D)
        if (_queryFactor != 1.0)
            query = query * _queryFactor;
        Tensor key = Heads(projected[1], _keyValueHeads, KeyNorm);        // (B, Hkv, T, D)
        Tensor value = Heads(projected[2], _keyValueHeads, null);
        if (pass.Cache is PagedCache paged)
            return Output.Forward(paged.Attend(_layer, query, key, value, pass.Cosine, pass.Sine, _window));
        query = Rotated(projected[0], query, pass);
        key = Rotated(projected[1], key, pass);
        if (pass.Cache is KvCache cache)
            (key, value) = cache.Append(_layer, key, value);
        if (pass.Window is { } window)
            (key, value) = window.Before(key, value);
        Tensor? mask = _slides ? pass.SlidingMask : pass.FullMask;
        Tensor mixed = pass.Prefix is { } prefix
            ? prefix.Attend(query, key, value, mask!, _slides ? pass.PromptSlidingMask : null, _scoreCap)
            : Attend(query, key, value, mask, pass.Padded, _scoreCap);
        return Projections.Forward(mixed, merge, Output)[0];
    }

    // What was to be rotated goes at once: the sooner its memory is free, the less of it lies between what autograd keeps.
    private static Tensor Rotated(Tensor projected, Tensor heads, DecoderPass pass)
    {
        using (projected)
        using (heads)
            return RotaryEmbedding.Rotate(heads, pass.Cosine, pass.Sine);
    }

    private Tensor Heads(Tensor x, int heads, Norm? norm)
    {
        using Tensor? whole = _normsOverHeads ? norm?.Forward(x) : null;
        using Tensor split = (whole ?? x).view(x.shape[0], x.shape[1], heads, _headDim);   // (B, T, H, D)
        using Tensor? normed = _normsOverHeads ? null : norm?.Forward(split);
        return (normed ?? split).transpose(1, 2);
    }

    /// <summary>Queries (B, H, T, D), which are the last of the keys (B, Hkv, S, D), to (B, T, H·D); without a mask, causal where T is above 1.</summary>
    internal static Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? mask, bool padded, double? scoreCap)
    {
        long b = query.shape[0], heads = query.shape[1], t = query.shape[2], width = query.shape[3], keyValueHeads = key.shape[1], group = heads / keyValueHeads;
        if (mask is not null && mask.dtype != query.dtype)
            mask = mask.to(query.dtype);
        if (t == 1 && group > 1)
        {
            // One new token: the heads of a group become rows of one query, so keys and values are not repeated.
            Tensor folded = query.reshape(b, keyValueHeads, group, width);
            return ScoreMixing.Mix(folded, key, value, mask, causal: false, scoreCap).reshape(b, 1, heads * width);
        }
        if (group > 1)
            (key, value) = (Repeat(key, group), Repeat(value, group));
        Tensor mixed = padded && mask is not null && torch.is_grad_enabled()
            // The fused kernel's backward pass recomputes the softmax from its normaliser, which is lost to rounding where a query sees nothing.
            ? ScoreMixing.InSteps(query, key, value, mask, scoreCap)
            : ScoreMixing.Mix(query, key, value, mask, causal: mask is null && t > 1, scoreCap);
        return mixed.transpose(1, 2).reshape(b, t, heads * width);
    }

    // (B, Hkv, S, D) to (B, H, S, D): head h reads key-value head h / group.
    internal static Tensor Repeat(Tensor x, long group)
    {
        long[] s = x.shape;
        return x.unsqueeze(2).expand(s[0], s[1], group, s[2], s[3]).reshape(s[0], s[1] * group, s[2], s[3]);
    }

    public void Dispose()
    {
        Inputs.Dispose();
        Output.Dispose();
        QueryNorm?.Dispose();
        KeyNorm?.Dispose();
    }
}
