using Plumbline.Models.Tokens.Pipeline.PreTokenizers;

namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>A tokenizer as tokenizer.json describes it: text is normalised, cut into pieces, and each piece turned into ids by a model.</summary>
internal sealed class PipelineCodec : ITokenCodec
{
    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer[] _steps;
    private readonly WordCache _words;
    private readonly string?[] _tokens;

    /// <param name="normalizer">Changes text first; null for none.</param>
    /// <param name="preTokenizers">Cut the text, each what the one before left.</param>
    /// <param name="model">Gives the ids of a piece.</param>
    /// <param name="decoder">Turns tokens back into text.</param>
    internal PipelineCodec(INormalizer? normalizer, IReadOnlyList<IPreTokenizer> preTokenizers, ITokenModel model, ITokenDecoder decoder)
    {
        (_normalizer, PreTokenizers, Model, Decoder) = (normalizer, preTokenizers, model, decoder);
        _steps = [.. IsByteLevel ? preTokenizers.SkipLast(1) : preTokenizers];
        _words = new(model, spellBytes: IsByteLevel);
        _tokens = new string?[model.Vocabulary.Values.DefaultIfEmpty(-1).Max() + 1];
        foreach ((string token, int id) in model.Vocabulary)
            _tokens[id] = token;
    }

    /// <summary>What cuts the text, in order.</summary>
    internal IReadOnlyList<IPreTokenizer> PreTokenizers { get; }

    /// <summary>The vocabulary and its rule.</summary>
    internal ITokenModel Model { get; }

    /// <summary>True when the model knows pieces in the byte alphabet.</summary>
    internal bool IsByteLevel => PreTokenizers is [.., ByteSpelling];

    /// <inheritdoc/>
    public int IdLimit => _tokens.Length;

    /// <inheritdoc/>
    public ITokenDecoder Decoder { get; }

    /// <inheritdoc/>
    public string Normalize(string text) => _normalizer?.Apply(text) ?? text;

    /// <inheritdoc/>
    public void Encode(string text, bool first, List<int> ids)
    {
        List<Piece> pieces = [new(text.AsMemory(), first)], cut = new(text.Length / 4 + 4);
        foreach (IPreTokenizer step in _steps)
        {
            cut.Clear();
            foreach (Piece piece in pieces)
                step.Apply(piece, cut);
            (pieces, cut) = (cut, pieces);
        }
        foreach (Piece piece in pieces)
            _words.Encode(piece.Text.Span, ids);
    }

    /// <inheritdoc/>
    public int? Find(string token) => Model.Vocabulary.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public string? Token(int id) => id < _tokens.Length ? _tokens[id] : null;
}
