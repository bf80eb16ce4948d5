using System.Text;
using System.Text.Unicode;
using Plumbline.Models.Tokens.Pipeline.Models;

namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Reads runs of byte tokens, &lt;0x00&gt; to &lt;0xFF&gt;; a run that is no UTF-8 as a whole becomes a U+FFFD for each byte.</summary>
/// <remarks>As a byte further on decides about all of its run, a run is passed on when it has ended.</remarks>
internal sealed class ByteFallbackDecoder : ITokenDecoder
{
    /// <inheritdoc/>
    public ITextSink Start(ITextSink next, bool startOfText) => new Sink(next);

    private sealed class Sink(ITextSink next) : ITextSink
    {
        private readonly List<byte> _run = [];

        public void Add(TokenText token)
        {
            if (BytePieces.Value(token.Text) is { } value)
            {
                _run.Add(value);
                return;
            }
            EndRun();
            next.Add(token);
        }

        public void End()
        {
            EndRun();
            next.End();
        }

        private void EndRun()
        {
            if (_run.Count == 0)
                return;
            byte[] bytes = [.. _run];
            if (Utf8.IsValid(bytes))
                next.Add(new(Encoding.UTF8.GetString(bytes), Added: false));
            else
                foreach (byte _ in _run)
                    next.Add(new("\uFFFD", Added: false));
            _run.Clear();
        }
    }
}
