namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Makes spaces of the suffix that ends a word, except after the last: BPEDecoder.</summary>
/// <param name="suffix">The suffix, usually &lt;/w&gt;.</param>
internal sealed class SuffixDecoder(string suffix) : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new Sink(suffix, next);

    // One token is held back, for only its successor tells that it is not the last.
    private sealed class Sink(string suffix, ITextSink next) : ITextSink
    {
        private TokenText? _held;

        public void Add(TokenText token)
        {
            Pass(" ");
            _held = token;
        }

        public void End()
        {
            Pass("");
            _held = null;
            next.End();
        }

        private void Pass(string inPlaceOfSuffix)
        {
            if (_held is { } token)
                next.Add(token with { Text = token.Text.Replace(suffix, inPlaceOfSuffix, StringComparison.Ordinal) });
        }
    }
}
