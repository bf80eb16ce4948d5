using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Joins all tokens to one, for decoders after it that look at the whole text; nothing is passed on before the end.</summary>
internal sealed class FuseDecoder : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new Sink(next);

    private sealed class Sink(ITextSink next) : ITextSink
    {
        private readonly StringBuilder _text = new();

        public void Add(TokenText token) => _text.Append(token.Text);

        public void End()
        {
            next.Add(new(_text.ToString(), Added: false));
            _text.Clear();
            next.End();
        }
    }
}
