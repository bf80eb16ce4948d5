using System.Text.RegularExpressions;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Decoders;
using Plumbline.Models.Tokens.Pipeline.Models;

namespace Plumbline.Models.Tokens;

/// <summary>SentencePiece BPE with byte fallback, as a tokenizer.model of Llama 2 and its kin describes it.</summary>
/// <remarks>Source: bpe_model.cc of google/sentencepiece.</remarks>
internal sealed partial class SentencePieceCodec : ITokenCodec
{
    /// <summary>The character that stands for a space in pieces.</summary>
    internal const char Space = '\u2581';

    private readonly SentencePieceModel _model;
    private readonly bool _prefixEveryStretch;
    private readonly Dictionary<string, int> _ids = [];
    private readonly Dictionary<string, int> _mergeable = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _mergeableBySpan;
    private readonly BytePieces _bytes;

    /// <param name="model">The vocabulary and its rules.</param>
    /// <param name="addPrefix">True to put a space before a text.</param>
    /// <param name="prefixEveryStretch">True to put it also before the text after an added token (transformers' <c>legacy</c>).</param>
    internal SentencePieceCodec(SentencePieceModel model, bool addPrefix, bool prefixEveryStretch)
    {
        _model = model;
        AddsLeadingSpace = addPrefix;
        _prefixEveryStretch = prefixEveryStretch;
        var spaces = new EachToken((token, _) => token.Replace(Space, ' '));
        Decoder = new DecoderSequence([spaces, new ByteFallbackDecoder(), new FuseDecoder(), new StripDecoder(" ", addPrefix ? 1 : 0, 0)]);
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            SentencePiece piece = model.Pieces[id];
            _ids.TryAdd(piece.Text, id);
            if (piece.Kind is SentencePieceKind.Normal or SentencePieceKind.UserDefined)
                _mergeable.TryAdd(piece.Text, id);
        }
        _bytes = new(_ids);
        _mergeableBySpan = _mergeable.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The vocabulary and its rules.</summary>
    internal SentencePieceModel Model => _model;

    /// <inheritdoc/>
    public int IdLimit => _model.Pieces.Count;

    /// <inheritdoc/>
    public ITokenDecoder Decoder { get; }

    /// <summary>True when a text's tokens begin with a space that was not in the text, which decoding takes away again.</summary>
    internal bool AddsLeadingSpace { get; }

    /// <inheritdoc/>
    public string Normalize(string text) => text;

    /// <inheritdoc/>
    public void Encode(string text, bool first, List<int> ids)
    {
        if (_model.RemoveExtraWhitespaces)
            text = Spaces().Replace(text.Trim(' '), " ");
        if (text.Length == 0)
            return;
        if (AddsLeadingSpace && (first || _prefixEveryStretch))
            text = " " + text;
        text = text.Replace(' ', Space);
        bool unknown = false;
        foreach (Range part in Merge(text))
            unknown = Append(text.AsSpan(part), unknown, ids);
    }

    /// <inheritdoc/>
    public int? Find(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public string? Token(int id) => id < _model.Pieces.Count ? _model.Pieces[id].Text : null;

    // Starts from single characters and joins, again and again, the two neighbours whose piece has the highest score; of equals the leftmost.
    // A part is known by its first unit; its length is 0 once it has been joined to the one before.
    private IEnumerable<Range> Merge(string text)
    {
        int[] length = new int[text.Length], previous = new int[text.Length];
        var queue = new PriorityQueue<(int Left, int Length), (float NegativeScore, int Left)>();
        void Offer(int left)
        {
            int right = left + length[left];
            if (right < text.Length && _mergeableBySpan.TryGetValue(text.AsSpan(left, length[left] + length[right]), out int id))
                queue.Enqueue((left, length[left] + length[right]), (-_model.Pieces[id].Score, left));
        }
        for (int at = 0, last = -1; at < text.Length; last = at, at += length[at])
        {
            length[at] = char.IsHighSurrogate(text[at]) ? 2 : 1;
            previous[at] = last;
        }
        for (int at = 0; at < text.Length; at += length[at])
            Offer(at);
        while (queue.TryDequeue(out (int Left, int Length) pair, out _))
        {
            int left = pair.Left, right = left + length[left];
            if (length[left] == 0 || right >= text.Length || length[left] + length[right] != pair.Length)
                continue; // one of the two has been joined to another neighbour since
            length[left] = pair.Length;
            length[right] = 0;
            if (left + pair.Length < text.Length)
                previous[left + pair.Length] = left;
            Offer(left);
            if (previous[left] >= 0)
                Offer(previous[left]);
        }
        for (int at = 0; at < text.Length; at += length[at])
            yield return at..(at + length[at]);
    }

    // A character that is no piece is spelled in bytes; where the vocabulary has no bytes, a run of such characters is one unknown token.
    private bool Append(ReadOnlySpan<char> part, bool afterUnknown, List<int> ids)
    {
        if (_mergeableBySpan.TryGetValue(part, out int id))
        {
            ids.Add(id);
            return false;
        }
        if (_bytes.TryAppend(part, ids))
            return false;
        if (!afterUnknown)
            ids.Add(_model.UnknownId);
        return true;
    }

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
