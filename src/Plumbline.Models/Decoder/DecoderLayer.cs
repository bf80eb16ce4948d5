using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Decoder;

/// <summary>One decoder layer: x + attention(norm(x)), then x + feed-forward(norm(x)).</summary>
internal sealed class DecoderLayer : IDisposable
{
    public DecoderLayer(ModelConfig config, int index, WeightSource weights)
    {
        string prefix = $"model.layers.{index}.";
        InputNorm = weights.Norm(prefix + "input_layernorm", config.HiddenSize, config.RmsNormEps);
        Attention = new Attention(config, index, weights);
        PostAttentionNorm = weights.Norm(prefix + "post_attention_layernorm", config.HiddenSize, config.RmsNormEps);
        FeedForward = new FeedForward(config, index, weights);
    }

    public RmsNorm InputNorm { get; }

    public Attention Attention { get; }

    public RmsNorm PostAttentionNorm { get; }

    public FeedForward FeedForward { get; }

    /// <summary>Runs several operations as one where it can; false runs the plain ones, to compare with.</summary>
    public void Fuse(bool fused)
    {
        Attention.Fused = FeedForward.Fused = fused;
        foreach (RmsNorm norm in Norms())
            norm.Fused = fused;
    }

    /// <summary>(B, T, width) to (B, T, width).</summary>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        x = x + Attention.Forward(InputNorm.Forward(x), pass);
        return x + FeedForward.Forward(PostAttentionNorm.Forward(x), pass);
    }

    public IEnumerable<Linear> Projections() =>
        [Attention.Query, Attention.Key, Attention.Value, Attention.Output, FeedForward.Gate, FeedForward.Up, FeedForward.Down];

    public IEnumerable<RmsNorm> Norms() =>
        new[] { InputNorm, Attention.QueryNorm, Attention.KeyNorm, PostAttentionNorm }.OfType<RmsNorm>();

    /// <summary>Every tensor that <see cref="Forward"/> reads beside its arguments.</summary>
    public IEnumerable<Tensor> Weights() => Norms().Select(n => n.Weight)
        .Concat(Projections().SelectMany(p => new[] { p.Weight, p.Bias, p.Adapter?.A, p.Adapter?.B }).OfType<Tensor>());

    /// <summary>Whether <see cref="Forward"/> draws random numbers.</summary>
    public bool DropsOut => Projections().Any(p => p.Adapter is { Training: true, Dropout: > 0 });

    public void Dispose()
    {
        InputNorm.Dispose();
        Attention.Dispose();
        PostAttentionNorm.Dispose();
        FeedForward.Dispose();
    }
}
