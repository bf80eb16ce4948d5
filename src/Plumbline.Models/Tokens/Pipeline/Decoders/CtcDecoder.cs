namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Connectionist temporal classification: repeated tokens count once, and padding not at all.</summary>
/// <param name="padToken">What pads.</param>
/// <param name="wordDelimiter">What stands for a space.</param>
/// <param name="cleanup">True to make spaces of delimiters and to close up the spaces before English punctuation.</param>
internal sealed class CtcDecoder(string padToken, string wordDelimiter, bool cleanup) : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new Sink(this, next);

    private string Clean(string token)
    {
        token = token.Replace(padToken, "", StringComparison.Ordinal);
        return cleanup ? EnglishSpacing.CloseUp(token).Replace(wordDelimiter, " ", StringComparison.Ordinal) : token;
    }

    private sealed class Sink(CtcDecoder owner, ITextSink next) : ITextSink
    {
        private string? _last;

        public void Add(TokenText token)
        {
            if (token.Text != _last && owner.Clean(token.Text) is { Length: > 0 } text)
                next.Add(token with { Text = text });
            _last = token.Text;
        }

        public void End() => next.End();
    }
}
