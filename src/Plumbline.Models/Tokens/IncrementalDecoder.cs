using System.Text;

namespace Plumbline.Models.Tokens;

/// <summary>Decodes ids one at a time and gives text as soon as its characters are whole: for streaming and for stop strings. Not for several threads.</summary>
public sealed class IncrementalDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly System.Text.Decoder _utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private bool _dropSpace;

    internal IncrementalDecoder(Tokenizer tokenizer, bool skipSpecialTokens, bool dropLeadingSpace)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _dropSpace = dropLeadingSpace;
    }

    /// <summary>Takes the next id.</summary>
    /// <returns>The text that it completes; empty while a character is still in parts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative.</exception>
    public string Add(int id)
    {
        ReadOnlySpan<byte> bytes = _tokenizer.Bytes(id, _skipSpecialTokens);
        if (bytes.IsEmpty)
            return "";
        if (_dropSpace && bytes[0] == (byte)' ')
            bytes = bytes[1..];
        _dropSpace = false;
        return Decode(bytes, flush: false);
    }

    /// <summary>Ends the text.</summary>
    /// <returns>U+FFFD for a character that was never completed; empty otherwise.</returns>
    public string Flush() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> text = stackalloc char[256];
        if (_utf8.GetCharCount(bytes, flush) > text.Length)
            text = new char[_utf8.GetCharCount(bytes, flush)];
        return new string(text[.._utf8.GetChars(bytes, text, flush)]);
    }
}
