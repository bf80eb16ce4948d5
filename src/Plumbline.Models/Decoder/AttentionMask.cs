using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Builds the additive masks that say which keys a query sees: causal, within the window, never padding.</summary>
public static class AttentionMask
{
    /// <summary>0 where a key is seen, the lowest float32 where it is not, float32, (B or 1, 1, queries, keys); null when plain causality says it all.</summary>
    /// <remarks>Queries are the last <paramref name="queries"/> of the keys. Hidden is the lowest float32, not −∞: a query that is padding sees nothing, and then attends to all alike, as in the references, instead of giving NaN.</remarks>
    /// <param name="queries">Number of new tokens.</param>
    /// <param name="keys">Number of all tokens, the new ones included.</param>
    /// <param name="present">False where a key is padding, bool, (B, keys); null when there is no padding.</param>
    /// <param name="window">Keys a query may see, itself included; null for all.</param>
    /// <param name="device">Where the mask shall live.</param>
    public static Tensor? Create(long queries, long keys, Tensor? present, int? window, torch.Device? device = null)
    {
        bool slides = window is { } w && keys > w;
        bool onlyCausal = queries == keys || queries == 1; // a single query sees all keys: no mask at all
        if (present is null && !slides && onlyCausal)
            return null;
        Tensor query = torch.arange(keys - queries, keys, device: device).unsqueeze(1); // (queries, 1)
        Tensor key = torch.arange(keys, device: device).unsqueeze(0);                   // (1, keys)
        Tensor seen = key.le(query);
        if (slides)
            seen = seen.logical_and(key.gt(query - window!.Value));
        seen = seen.view(1, 1, queries, keys);
        if (present is not null)
            seen = seen.logical_and(present.view(-1, 1, 1, keys));
        return torch.zeros(seen.shape, dtype: torch.ScalarType.Float32, device: device).masked_fill_(seen.logical_not(), float.MinValue);
    }
}
