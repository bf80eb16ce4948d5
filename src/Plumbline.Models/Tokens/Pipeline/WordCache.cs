using System.Collections.Concurrent;

namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>Remembers the ids of short pieces: most of a text is words that were seen before.</summary>
/// <remarks>The entries are never dropped; when the cache is full, new pieces are encoded each time.</remarks>
internal sealed class WordCache
{
    private const int Entries = 1 << 16, LongestWord = 48;

    private readonly ITokenModel _model;
    private readonly bool _spellBytes;
    private readonly ConcurrentDictionary<string, int[]> _words = new();
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private int _count;

    /// <param name="model">Encodes what is not remembered.</param>
    /// <param name="spellBytes">True when the model knows pieces in the byte alphabet, but is given plain ones: the last step of a byte-level
    /// tokenizer, which is so taken only for pieces that are new.</param>
    internal WordCache(ITokenModel model, bool spellBytes)
    {
        (_model, _spellBytes) = (model, spellBytes);
        _bySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Appends the ids of a piece.</summary>
    internal void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestWord)
        {
            EncodeNew(word, ids);
            return;
        }
        if (!_bySpan.TryGetValue(word, out int[]? known))
        {
            var found = new List<int>(word.Length);
            EncodeNew(word, found);
            known = [.. found];
            if (_count < Entries && _words.TryAdd(word.ToString(), known))
                Interlocked.Increment(ref _count);
        }
        ids.AddRange(known);
    }

    private void EncodeNew(ReadOnlySpan<char> word, List<int> ids) => _model.Encode(_spellBytes ? ByteAlphabet.Spell(word) : word, ids);
}
