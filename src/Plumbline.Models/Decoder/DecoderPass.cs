namespace Plumbline.Models.Decoder;

/// <summary>What every layer of one forward pass shares: rotations, masks, the cache.</summary>
/// <param name="Cosine">(T, D) or (B, 1, T, D).</param>
/// <param name="Sine">As <paramref name="Cosine"/>.</param>
/// <param name="FullMask">Additive mask of layers that see everything before them; null for plain causality.</param>
/// <param name="SlidingMask">Additive mask of layers with a window.</param>
/// <param name="Padded">Whether the masks hide padding, so that a query may have nothing to see.</param>
/// <param name="Cache">Where keys and values are kept; null in training.</param>
internal sealed record DecoderPass(Tensor Cosine, Tensor Sine, Tensor? FullMask, Tensor? SlidingMask, bool Padded, TokenCache? Cache)
{
    /// <summary>How prompts are shared between rows; null where every row stands alone. The masks are then those of the completions.</summary>
    public SharedPrefix? Prefix { get; init; }

    /// <summary>The additive mask among prompt tokens of layers with a window; null for plain causality.</summary>
    public Tensor? PromptSlidingMask { get; init; }

    /// <summary>What a window of tokens sees of those before it; null where rows are run whole.</summary>
    public WindowKeys? Window { get; init; }

    /// <summary>The same with tensors of its own, which live until <see cref="Release"/> whatever dispose scope ends.</summary>
    public DecoderPass Keep()
    {
        static Tensor? Own(Tensor? tensor) => tensor?.alias().DetachFromDisposeScope();
        return this with
        {
            Cosine = Own(Cosine)!,
            Sine = Own(Sine)!,
            FullMask = Own(FullMask),
            SlidingMask = Own(SlidingMask),
            PromptSlidingMask = Own(PromptSlidingMask),
        };
    }

    /// <summary>Disposes what <see cref="Keep"/> made.</summary>
    public void Release()
    {
        foreach (Tensor? tensor in new[] { Cosine, Sine, FullMask, SlidingMask, PromptSlidingMask })
            tensor?.Dispose();
    }
}
