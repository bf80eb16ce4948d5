using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Reads tokens in GPT-2's byte alphabet; bytes that are no UTF-8 become U+FFFD.</summary>
/// <remarks>An added token is taken as it stands. The reference reads also it in the alphabet where it can, and so turns an added é into U+FFFD.</remarks>
internal sealed class ByteLevelDecoder : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new Sink(next);

    private sealed class Sink(ITextSink next) : ITextSink
    {
        private readonly System.Text.Decoder _utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();

        public void Add(TokenText token)
        {
            Span<byte> bytes = token.Text.Length <= 256 ? stackalloc byte[token.Text.Length] : new byte[token.Text.Length];
            if (!token.Added && ByteAlphabet.TryDecode(token.Text, bytes))
                Pass(bytes, flush: false);
            else
                Pass(Encoding.UTF8.GetBytes(token.Text), flush: false);
        }

        public void End()
        {
            Pass([], flush: true);
            next.End();
        }

        private void Pass(ReadOnlySpan<byte> bytes, bool flush)
        {
            Span<char> text = stackalloc char[256];
            if (_utf8.GetCharCount(bytes, flush) > text.Length)
                text = new char[_utf8.GetCharCount(bytes, flush)];
            int length = _utf8.GetChars(bytes, text, flush);
            if (length > 0)
                next.Add(new(text[..length].ToString(), Added: false));
        }
    }
}
