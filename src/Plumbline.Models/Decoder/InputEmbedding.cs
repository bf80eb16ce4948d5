using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>What enters the first layer: the tokens' embeddings, scaled or with those of their places where the family has it so.</summary>
/// <remarks>Owns its tables.</remarks>
internal sealed class InputEmbedding : IDisposable
{
    private readonly ModuleNames _names;
    private readonly double _scale;
    private readonly torch.ScalarType _computed;

    public InputEmbedding(ModelConfig config, WeightSource weights)
    {
        _names = ModuleNames.Of(config);
        _computed = weights.Computed;
        _scale = config.Variant.ScaledEmbedding ? Math.Sqrt(config.HiddenSize) : 1.0;
        Tokens = weights.Matrix(_names.Embedding + ".weight", config.VocabSize, config.HiddenSize);
        if (config.Variant.LearnedPositions)
            Places = weights.Matrix(_names.Positions + ".weight", config.MaxPositionEmbeddings, config.HiddenSize);
    }

    /// <summary>(V, width).</summary>
    public Tensor Tokens { get; }

    /// <summary>(places, width); null where places have no embeddings.</summary>
    public Tensor? Places { get; }

    /// <summary>Rows of tokens to what the first layer reads.</summary>
    /// <param name="ids">int64, (B, T).</param>
    /// <param name="positions">int64, (B, T) or (1, T): each token's place in its row; null for <paramref name="start"/> + 0..T−1 in all rows.</param>
    /// <param name="start">The first token's place where positions are not given.</param>
    /// <returns>(B, T, width), of the type the model computes in.</returns>
    public Tensor Forward(Tensor ids, Tensor? positions = null, long start = 0)
    {
        Tensor x = Tokens.index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], -1).to(_computed);
        if (_scale != 1.0)
            x = x * Scale();
        return Places is null ? x : x + Places.index_select(0, At(ids, positions, start).reshape(-1)).view(-1, ids.shape[1], x.shape[2]).to(_computed);
    }

    /// <summary>Which rows of which table <see cref="Forward"/> adds up, and times what: a gradient of its result is added to those rows, scaled so.</summary>
    /// <returns>The table, the rows, int64, (B·T), and the factor. Parameters as for <see cref="Forward"/>.</returns>
    public IEnumerable<(Tensor Table, Tensor Rows, double Factor)> Lookups(Tensor ids, Tensor? positions = null)
    {
        yield return (Tokens, ids.reshape(-1), _scale == 1.0 ? 1.0 : Scale().ToDouble());
        if (Places is not null)
            yield return (Places, At(ids, positions, 0).expand(ids.shape).reshape(-1), 1.0);
    }

    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters()
    {
        yield return new(_names.Embedding + ".weight", Tokens);
        if (Places is not null)
            yield return new(_names.Positions + ".weight", Places);
    }

    // Rounded to the type that is computed in, as the references do.
    private Tensor Scale() => torch.tensor(_scale, dtype: torch.ScalarType.Float64).to(_computed).to(Tokens.device);

    private static Tensor At(Tensor ids, Tensor? positions, long start) => positions ?? torch.arange(start, start + ids.shape[1], device: ids.device).unsqueeze(0);

    public void Dispose()
    {
        Tokens.Dispose();
        Places?.Dispose();
    }
}
