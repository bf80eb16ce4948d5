namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Changes each token by itself; only the first may be special.</summary>
/// <param name="change">The changed text of a token, given whether it is the first of the text.</param>
internal sealed class EachToken(Func<string, bool, string> change) : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new Sink(change, next, startOfText);

    private sealed class Sink(Func<string, bool, string> change, ITextSink next, bool first) : ITextSink
    {
        public void Add(TokenText token)
        {
            next.Add(token with { Text = change(token.Text, first) });
            first = false;
        }

        public void End() => next.End();
    }
}
