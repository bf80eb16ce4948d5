using Plumbline.Models.Tokens.Pipeline;

namespace Plumbline.Models.Tokens;

/// <summary>Decodes ids one at a time and gives text as soon as it can no longer change: for streaming and for stop strings. Not for several threads.</summary>
public sealed class IncrementalDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly CollectedText _text = new();
    private readonly ITextSink _tokens;

    internal IncrementalDecoder(Tokenizer tokenizer, bool skipSpecialTokens, bool startOfText)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _tokens = tokenizer.Codec.Decoder.Start(_text, startOfText);
    }

    /// <summary>Takes the next id.</summary>
    /// <returns>The text that it completes; empty while a character is still in parts, or while what follows may change it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative.</exception>
    public string Add(int id)
    {
        if (_tokenizer.Text(id, _skipSpecialTokens) is { } token)
            _tokens.Add(token);
        return _text.Take();
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back, with U+FFFD for a character that was never completed; empty otherwise.</returns>
    public string Flush()
    {
        _tokens.End();
        return _text.Take();
    }
}
