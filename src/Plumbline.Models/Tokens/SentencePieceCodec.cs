using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Plumbline.Models.Tokens;

/// <summary>SentencePiece BPE with byte fallback, as Llama 2 and its kin use it.</summary>
/// <remarks>Spaces are prepared here and not by the library, so that a stretch after an added token can go without the leading space.</remarks>
internal sealed partial class SentencePieceCodec : ITokenCodec
{
    /// <summary>The character that stands for a space in pieces.</summary>
    internal const char Space = '\u2581';

    private readonly SentencePieceModel _model;
    private readonly SentencePieceTokenizer _merger;
    private readonly bool _prefixEveryStretch;
    private readonly Dictionary<string, int> _ids = [];
    private readonly byte[][] _bytes;

    /// <param name="model">The vocabulary and its rules.</param>
    /// <param name="addPrefix">True to put a space before a text.</param>
    /// <param name="prefixEveryStretch">True to put it also before the text after an added token (transformers' <c>legacy</c>).</param>
    internal SentencePieceCodec(SentencePieceModel model, bool addPrefix, bool prefixEveryStretch)
    {
        _model = model;
        AddsLeadingSpace = addPrefix;
        _prefixEveryStretch = prefixEveryStretch;
        SentencePieceModel bare = model with { AddDummyPrefix = false, RemoveExtraWhitespaces = false };
        _merger = SentencePieceTokenizer.Create(new MemoryStream(bare.ToBytes()), addBeginningOfSentence: false, addEndOfSentence: false);
        _bytes = [.. model.Pieces.Select(Bytes)];
        for (int id = 0; id < model.Pieces.Count; id++)
            _ids.TryAdd(model.Pieces[id].Text, id);
    }

    /// <inheritdoc/>
    public int IdLimit => _bytes.Length;

    /// <inheritdoc/>
    public bool AddsLeadingSpace { get; }

    /// <inheritdoc/>
    public void Encode(string text, bool first, List<int> ids)
    {
        if (!_model.CharacterMap.IsEmpty)
            text = _merger.Normalizer!.Normalize(text).Replace(Space, ' ');
        if (_model.RemoveExtraWhitespaces)
            text = Spaces().Replace(text.Trim(' '), " ");
        if (text.Length == 0)
            return;
        if (AddsLeadingSpace && (first || _prefixEveryStretch))
            text = " " + text;
        ids.AddRange(_merger.EncodeToIds(text.Replace(' ', Space), false, false, considerPreTokenization: false, considerNormalization: false));
    }

    /// <inheritdoc/>
    public int? Find(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int id) => id < _bytes.Length ? _bytes[id] : [];

    private static byte[] Bytes(SentencePiece piece) =>
        piece.Kind == SentencePieceKind.Byte && piece.Text.Length == 6 && byte.TryParse(piece.Text.AsSpan(3, 2), NumberStyles.HexNumber, null, out byte value)
            ? [value]
            : Encoding.UTF8.GetBytes(piece.Text.Replace(Space, ' '));

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
