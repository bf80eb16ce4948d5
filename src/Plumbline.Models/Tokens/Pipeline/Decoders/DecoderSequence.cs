namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Decoders one after another.</summary>
internal sealed class DecoderSequence : ITokenDecoder
{
    private readonly IReadOnlyList<ITokenDecoder> _decoders;

    /// <param name="decoders">In order. A Fuse that needs not wait for the end of the text is replaced by what streams.</param>
    internal DecoderSequence(IReadOnlyList<ITokenDecoder> decoders) => _decoders = decoders switch
    {
        [.., FuseDecoder] => [.. decoders.SkipLast(1)],
        [.., FuseDecoder, StripDecoder { Right: 0 } strip] => [.. decoders.SkipLast(2), new WholeTextStrip(strip.Content, strip.Left)],
        _ => decoders,
    };

    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText)
    {
        foreach (ITokenDecoder decoder in _decoders.Reverse())
            next = decoder.Start(next, startOfText);
        return next;
    }
}
