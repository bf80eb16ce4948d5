using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Keys and values of the tokens already seen, per layer, in one block allocated at once.</summary>
/// <remarks>Every row stands at the same length; short prompts are padded on the left and masked. Not thread-safe.</remarks>
public sealed class KvCache : TokenCache
{
    private readonly Tensor[] _keys, _values; // each (B, Hkv, capacity, D)

    /// <summary>Allocates room for <paramref name="rows"/> rows of <paramref name="capacity"/> tokens.</summary>
    public KvCache(ModelConfig config, long rows, long capacity, torch.ScalarType dtype = torch.ScalarType.Float32, torch.Device? device = null)
    {
        Capacity = capacity;
        Tensor Block() => torch.zeros(rows, config.NumKeyValueHeads, capacity, config.HeadDim, dtype: dtype, device: device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => Block())];
        _values = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => Block())];
    }

    /// <summary>Tokens there is room for.</summary>
    public long Capacity { get; }

    /// <summary>Stores the new keys and values of one layer, (B, Hkv, T, D), and gives back all of that layer's, (B, Hkv, Length + T, D).</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        long count = keys.shape[2];
        _keys[layer].narrow(2, Length, count).copy_(keys);
        _values[layer].narrow(2, Length, count).copy_(values);
        return (_keys[layer].narrow(2, 0, Length + count), _values[layer].narrow(2, 0, Length + count));
    }

    /// <inheritdoc/>
    internal override void Advance(long count) => Length += count;

    /// <summary>Keeps, drops or repeats rows: row i becomes what row <paramref name="rows"/>[i] was. int64, (B').</summary>
    public void SelectRows(Tensor rows)
    {
        using var noGradient = torch.no_grad();
        foreach (Tensor[] side in new[] { _keys, _values })
            for (int i = 0; i < side.Length; i++)
            {
                Tensor selected = side[i].index_select(0, rows).DetachFromDisposeScope();
                side[i].Dispose();
                side[i] = selected;
            }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (Tensor block in _keys.Concat(_values))
            block.Dispose();
    }
}
