using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>What a window of tokens, run with gradients, sees of the tokens before it: their keys and values as leaves, whose gradients are read afterwards.</summary>
/// <param name="keys">(B, Hkv, start, D), rotated; start may be 0.</param>
/// <param name="values">As <paramref name="keys"/>.</param>
internal sealed class WindowKeys(Tensor keys, Tensor values)
{
    /// <summary>Tokens before the window.</summary>
    public long Start => keys.shape[2];

    /// <summary>The earlier keys.</summary>
    public Tensor Keys => keys;

    /// <summary>The earlier values.</summary>
    public Tensor Values => values;

    /// <summary>The window's own keys and values with their graph, once its layer has run.</summary>
    public (Tensor Keys, Tensor Values) Own { get; private set; }

    /// <summary>Notes the window's own and gives all it sees, (B, Hkv, start + T, D).</summary>
    public (Tensor Keys, Tensor Values) Before(Tensor ownKeys, Tensor ownValues)
    {
        Own = (ownKeys, ownValues);
        return Start == 0 ? Own : (torch.cat([keys, ownKeys], 2), torch.cat([values, ownValues], 2));
    }
}
