namespace Plumbline.Models.Decoder;

/// <summary>What every layer of one forward pass shares: rotations, masks, the cache.</summary>
/// <param name="Cosine">(T, D) or (B, 1, T, D).</param>
/// <param name="Sine">As <paramref name="Cosine"/>.</param>
/// <param name="FullMask">Additive mask of layers that see everything before them; null for plain causality.</param>
/// <param name="SlidingMask">Additive mask of layers with a window.</param>
/// <param name="Padded">Whether the masks hide padding, so that a query may have nothing to see.</param>
/// <param name="Cache">Where keys and values are kept; null in training.</param>
internal sealed record DecoderPass(Tensor Cosine, Tensor Sine, Tensor? FullMask, Tensor? SlidingMask, bool Padded, KvCache? Cache);
