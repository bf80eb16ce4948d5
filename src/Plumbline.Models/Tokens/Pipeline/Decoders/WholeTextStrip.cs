namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Takes a character away from the beginning of the whole text: Fuse and Strip in one, which does not have to wait for the end.</summary>
/// <param name="content">The character.</param>
/// <param name="left">How often at most.</param>
internal sealed class WholeTextStrip(string content, int left) : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => startOfText ? new Sink(content, left, next) : next;

    private sealed class Sink(string content, int left, ITextSink next) : ITextSink
    {
        public void Add(TokenText token)
        {
            string text = token.Text;
            for (; left > 0 && text.StartsWith(content, StringComparison.Ordinal); left--)
                text = text[content.Length..];
            if (text.Length == 0)
                return;
            left = 0;
            next.Add(token with { Text = text });
        }

        public void End() => next.End();
    }
}
