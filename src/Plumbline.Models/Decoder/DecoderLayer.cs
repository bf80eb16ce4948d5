using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;

namespace Plumbline.Models.Decoder;

/// <summary>One decoder layer: x + attention(norm(x)), then x + feed-forward(norm(x)); where the family has it so, what is added is normed, too or instead.</summary>
internal sealed class DecoderLayer : IDisposable
{
    public DecoderLayer(ModelConfig config, int index, WeightSource weights)
    {
        ModuleNames names = ModuleNames.Of(config);
        string prefix = names.Layer(index);
        bool before = config.Variant.NormPlacement != NormPlacement.After, after = config.Variant.NormPlacement != NormPlacement.Before;
        Norm Norm(string name) => weights.Norm(prefix + name, config.HiddenSize, config);
        AttentionNorm = before ? Norm(names.AttentionNorm) : null;
        Attention = new Attention(config, index, weights);
        AttentionOutputNorm = after ? Norm(names.AttentionOutputNorm) : null;
        FeedForwardNorm = before ? Norm(names.FeedForwardNorm) : null;
        FeedForward = FeedForwards.Create(config, index, weights);
        FeedForwardOutputNorm = after ? Norm(names.FeedForwardOutputNorm) : null;
    }

    /// <summary>The norm of what attention reads; null for none.</summary>
    public Norm? AttentionNorm { get; }

    public Attention Attention { get; }

    /// <summary>The norm of what attention adds; null for none.</summary>
    public Norm? AttentionOutputNorm { get; }

    /// <summary>The norm of what the feed-forward reads; null for none.</summary>
    public Norm? FeedForwardNorm { get; }

    public IFeedForward FeedForward { get; }

    /// <summary>The norm of what the feed-forward adds; null for none.</summary>
    public Norm? FeedForwardOutputNorm { get; }

    /// <summary>Runs several operations as one where it can; false runs the plain ones, to compare with.</summary>
    public void Fuse(bool fused)
    {
        Attention.Fused = FeedForward.Fused = fused;
        foreach (Norm norm in Norms())
            norm.Fused = fused;
    }

    /// <summary>(B, T, width) to (B, T, width).</summary>
    public Tensor Forward(Tensor x, DecoderPass pass)
    {
        x = x + Normed(AttentionOutputNorm, Attention.Forward(Normed(AttentionNorm, x), pass));
        return x + Normed(FeedForwardOutputNorm, FeedForward.Forward(Normed(FeedForwardNorm, x), pass));
    }

    /// <summary>Rotated keys and values of x, (B, T, width): (B, Hkv, T, D) each.</summary>
    public (Tensor Keys, Tensor Values) KeysAndValues(Tensor x, DecoderPass pass) => Attention.KeysAndValues(Normed(AttentionNorm, x), pass);

    /// <summary>The projections that adapters may attach to, in the checkpoint's order.</summary>
    public IEnumerable<Linear> Projections() => [.. Attention.Inputs.Modules, Attention.Output, .. FeedForward.Projections()];

    /// <summary>All matrices, those included that no adapter attaches to.</summary>
    public IEnumerable<Linear> Matrices() => [.. Attention.Inputs.Modules, Attention.Output, .. FeedForward.Matrices()];

    public IEnumerable<Norm> Norms() =>
        new[] { AttentionNorm, Attention.QueryNorm, Attention.KeyNorm, AttentionOutputNorm, FeedForwardNorm, FeedForwardOutputNorm }.OfType<Norm>();

    /// <summary>Every weight by its checkpoint name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Norms().SelectMany(n => n.NamedParameters())
        .Concat(Attention.Inputs.Modules.Append(Attention.Output).SelectMany(p => p.NamedParameters()))
        .Concat(FeedForward.NamedParameters());

    /// <summary>Every tensor that <see cref="Forward"/> reads beside its arguments; weights in few bits are never written to.</summary>
    public IEnumerable<Tensor> Weights() => NamedParameters().Select(p => p.Value).Where(w => w.is_floating_point())
        .Concat(Projections().SelectMany(p => p.Adapter?.Tensors ?? []));

    /// <summary>Whether <see cref="Forward"/> draws random numbers.</summary>
    public bool DropsOut => Projections().Any(p => p.Adapter is { Drops: true });

    private static Tensor Normed(Norm? norm, Tensor x) => norm is null ? x : norm.Forward(x);

    public void Dispose()
    {
        Attention.Dispose();
        FeedForward.Dispose();
        foreach (Norm norm in new[] { AttentionNorm, AttentionOutputNorm, FeedForwardNorm, FeedForwardOutputNorm }.OfType<Norm>())
            norm.Dispose();
    }
}
