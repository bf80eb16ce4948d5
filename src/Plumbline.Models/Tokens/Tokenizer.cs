using System.Text;
using Plumbline.Models.Chat;
using Plumbline.Models.Tokens.Pipeline;

namespace Plumbline.Models.Tokens;

/// <summary>Turns text into token ids and back, with a model's added tokens and special ids. Immutable; safe on many threads at once.</summary>
/// <remarks>
/// Every step follows Hugging Face's tokenizers, ids and text alike.
/// Decode(Encode(s, false)) gives s back for any well-formed s, up to what the family itself does to text: Qwen2 composes characters (Normalization Form C).
/// A lone surrogate in s becomes U+FFFD.
/// </remarks>
public sealed class Tokenizer
{
    private readonly ITokenCodec _codec;
    private readonly AddedTokens _added;
    private readonly TokenizerSettings _settings;
    private readonly TokenizerFiles _files;
    private readonly Lazy<ChatFormat> _chat;

    internal Tokenizer(ITokenCodec codec, IReadOnlyList<AddedToken> added, TokenizerSettings settings, TokenizerFiles files)
    {
        _codec = codec;
        _added = new AddedTokens(added, codec.Normalize);
        _settings = settings;
        _files = files;
        _chat = new(() => ChatFormat.Of(this));
        VocabularySize = Math.Max(codec.IdLimit, _added.IdLimit);
        BosTokenId = Id(settings.BosToken);
        EosTokenId = Id(settings.EosToken);
        PadTokenId = Id(settings.PadToken);
    }

    /// <summary>Vocabulary and rules, added tokens aside.</summary>
    internal ITokenCodec Codec => _codec;

    /// <summary>What is put around a text, and which tokens are special.</summary>
    internal TokenizerSettings Settings => _settings;

    /// <summary>The highest id plus one, added tokens included.</summary>
    public int VocabularySize { get; }

    /// <summary>The id that begins a text; null when the model has none.</summary>
    public int? BosTokenId { get; }

    /// <summary>The id that ends a text or a turn; null when the model has none.</summary>
    public int? EosTokenId { get; }

    /// <summary>The id that fills short rows; null when the model has none.</summary>
    public int? PadTokenId { get; }

    /// <summary>The chat template as the model's files hold it (Jinja); null when there is none.</summary>
    public string? ChatTemplate => _settings.ChatTemplates.TryGetValue("default", out string? template) ? template : _settings.ChatTemplates.Values.FirstOrDefault();

    /// <summary>How the model reads conversations.</summary>
    /// <exception cref="ChatTemplateException">The tokenizer has no chat template, or it cannot be read.</exception>
    public ChatFormat Chat => _chat.Value;

    /// <summary>The ids of a text. Added tokens written in the text become their ids.</summary>
    /// <param name="text">Any text; may be empty.</param>
    /// <param name="addSpecialTokens">True to add what the model expects around a text, such as Llama's beginning-of-text id.</param>
    /// <exception cref="TokenizerException">The vocabulary cannot express a part of the text.</exception>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3 + 4);
        if (addSpecialTokens)
            ids.AddRange(_settings.Before.Select(Required));
        bool first = true;
        foreach ((string stretch, AddedToken? token) in _added.Split(WellFormed(text)))
        {
            if (stretch.Length > 0)
            {
                EncodeStretch(_codec.Normalize(stretch), first, ids);
                first = false;
            }
            if (token is not null)
            {
                ids.Add(token.Id);
                first = false;
            }
        }
        if (addSpecialTokens)
            ids.AddRange(_settings.After.Select(Required));
        return [.. ids];
    }

    /// <summary>The text of ids. Bytes that are no UTF-8 become U+FFFD; ids that stand for nothing (rows that only pad a model's embedding) give nothing.</summary>
    /// <param name="ids">Token ids, each at least 0.</param>
    /// <param name="skipSpecialTokens">True to leave special tokens out of the text.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var text = new CollectedText();
        ITextSink tokens = _codec.Decoder.Start(text, startOfText: true);
        foreach (int id in ids)
            if (Text(id, skipSpecialTokens) is { } token)
                tokens.Add(token);
        tokens.End();
        return text.Take();
    }

    /// <summary>A decoder that takes ids one at a time.</summary>
    /// <param name="skipSpecialTokens">True to leave special tokens out of the text.</param>
    /// <param name="startOfText">True when the ids begin a text: the pieces given then join to what <see cref="Decode"/> gives.
    /// False when they continue one, so that a SentencePiece model's first space is kept.</param>
    public IncrementalDecoder CreateDecoder(bool skipSpecialTokens = true, bool startOfText = true) =>
        new(this, skipSpecialTokens, startOfText);

    /// <summary>The id of a token as the vocabulary spells it, such as <c>&lt;|im_end|&gt;</c>; null when there is none.</summary>
    public int? TokenId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _added.Find(token)?.Id ?? _codec.Find(token);
    }

    /// <summary>True for an id that carries no text of a reader's: beginning, end, padding, and the added tokens marked special.</summary>
    public bool IsSpecial(int id) => _added.Find(id) is { Special: true } || id == BosTokenId || id == EosTokenId || id == PadTokenId;

    /// <summary>Checks that every id has a row in a model's embedding.</summary>
    /// <param name="modelVocabSize">Rows of the embedding; <c>vocab_size</c> in config.json.</param>
    /// <exception cref="TokenizerException">The tokenizer has more ids than the model has rows.</exception>
    public void RequireFits(int modelVocabSize)
    {
        if (VocabularySize > modelVocabSize)
            throw new TokenizerException(
                $"The tokenizer has {VocabularySize} ids, but the model's embedding has only {modelVocabSize} rows (vocab_size in config.json). " +
                "Use the tokenizer files that came with this model.");
    }

    /// <summary>Writes the tokenizer's files, so that <see cref="TokenizerFolder.Load"/> and transformers read the same tokenizer back.</summary>
    /// <param name="directory">The folder; made when it is absent. Files of the same names are replaced.</param>
    /// <exception cref="TokenizerException">The files from which the tokenizer was loaded are gone.</exception>
    public void Save(string directory) => _files.WriteTo(directory);

    /// <summary>The added token of an id; null where there is none.</summary>
    internal AddedToken? Added(int id) => _added.Find(id);

    /// <summary>The token that an id stands for; null where it stands for none, or for one that is to be skipped.</summary>
    internal TokenText? Text(int id, bool skipSpecialTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        if (skipSpecialTokens && IsSpecial(id))
            return null;
        if (_added.Find(id) is { } added)
            return new(added.Content, Added: true);
        return _codec.Token(id) is { } token ? new(token, Added: false) : null;
    }

    private void EncodeStretch(string normalized, bool first, List<int> ids)
    {
        foreach ((string piece, AddedToken? token) in _added.SplitNormalized(normalized))
        {
            if (piece.Length > 0)
                _codec.Encode(piece, first, ids);
            first &= piece.Length == 0 && token is null;
            if (token is not null)
                ids.Add(token.Id);
        }
    }

    private int? Id(string? token) => token is null ? null : TokenId(token);

    private int Required(string token) => TokenId(token)
        ?? throw new TokenizerException($"The tokenizer is to add the special token '{token}' to each text, but its vocabulary has no such token. Correct tokenizer_config.json.");

    private static string WellFormed(string text)
    {
        int surrogate = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        return surrogate < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }
}
