using System.Collections.Concurrent;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Plumbline.Models.Tokens;

/// <summary>Byte-level BPE, as GPT-2, Qwen2 and Llama 3 use it.</summary>
internal sealed class ByteLevelCodec : ITokenCodec
{
    private const int CachedWords = 1 << 16, LongestCachedWord = 48;

    private readonly Dictionary<string, int> _vocabulary;
    private readonly byte[][] _bytes;
    private readonly BpeTokenizer _merger;
    private readonly ByteLevelOptions _options;
    private readonly ConcurrentDictionary<string, int[]> _words = new();
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _wordsBySpan;
    private int _cached;

    /// <param name="vocabulary">Token, in the byte alphabet, to id.</param>
    /// <param name="merges">Pairs "left right", the earliest first.</param>
    /// <param name="options">How text is prepared.</param>
    internal ByteLevelCodec(Dictionary<string, int> vocabulary, IReadOnlyList<string> merges, ByteLevelOptions options)
    {
        _vocabulary = vocabulary;
        _options = options;
        Merges = merges;
        _merger = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges, ByteLevel = true });
        _bytes = new byte[vocabulary.Count == 0 ? 0 : vocabulary.Values.Max() + 1][];
        Array.Fill(_bytes, []);
        foreach ((string token, int id) in vocabulary)
            _bytes[id] = ByteAlphabet.Decode(token) ?? Encoding.UTF8.GetBytes(token);
        _wordsBySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Token, in the byte alphabet, to id.</summary>
    internal IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>Pairs "left right", the earliest first.</summary>
    internal IReadOnlyList<string> Merges { get; }

    /// <summary>How text is prepared.</summary>
    internal ByteLevelOptions Options => _options;

    /// <inheritdoc/>
    public int IdLimit => _bytes.Length;

    /// <inheritdoc/>
    public bool AddsLeadingSpace => false;

    /// <inheritdoc/>
    public void Encode(string text, bool first, List<int> ids)
    {
        if (_options.ComposeCharacters)
            text = NormalizationFormC.Apply(text);
        if (_options.AddPrefixSpace && text[0] != ' ')
            text = " " + text;
        var words = new List<Range>();
        _options.Words.Split(text, words);
        foreach (Range range in words)
            ids.AddRange(Word(text.AsSpan(range)));
    }

    /// <inheritdoc/>
    public int? Find(string token) => _vocabulary.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int id) => id < _bytes.Length ? _bytes[id] : [];

    private int[] Word(ReadOnlySpan<char> word)
    {
        if (_wordsBySpan.TryGetValue(word, out int[]? known))
            return known;
        int[] ids = Merge(word);
        if (word.Length <= LongestCachedWord && _cached < CachedWords && _words.TryAdd(word.ToString(), ids))
            Interlocked.Increment(ref _cached);
        return ids;
    }

    private int[] Merge(ReadOnlySpan<char> word)
    {
        if (_options.IgnoreMerges && Find(Spell(word)) is { } whole)
            return [whole];
        int[] ids = [.. _merger.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false)];
        if (ids.Sum(id => _bytes[id].Length) != Encoding.UTF8.GetByteCount(word))
            throw new TokenizerException(
                $"The tokenizer's vocabulary lacks some of the 256 single bytes, so '{word}' cannot be written in it. Take the vocabulary file that belongs to the merges.");
        return ids;
    }

    private static string Spell(ReadOnlySpan<char> word)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        return string.Create(bytes.Length, bytes, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = ByteAlphabet.Character(source[i]);
        });
    }
}
