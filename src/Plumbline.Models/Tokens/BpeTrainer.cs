using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tokens;

/// <summary>Trains a byte-level BPE vocabulary on texts, cut into words as Qwen2 cuts them.</summary>
/// <remarks>
/// Source: Sennrich et al. 2016, arXiv:1508.07909, Algorithm 1, over bytes as in Radford et al. 2019. Counts of pairs are updated in place, and a heap
/// whose stale entries are corrected when they come up gives the next pair. The result depends on the texts alone: of pairs equally frequent
/// the one with the lowest left id, then the lowest right id, is merged first.
/// </remarks>
public sealed class BpeTrainer
{
    private readonly List<string> _tokens = [.. ByteAlphabet.InOrder.Select(b => ByteAlphabet.Character(b).ToString())];
    private readonly Dictionary<string, int> _vocabulary;
    private readonly List<string> _merges = [];
    private readonly HashSet<(int Left, int Right)> _learned = [];
    private readonly List<int[]> _words = [];
    private readonly List<int> _lengths = [];
    private readonly List<long> _counts = [];
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly Dictionary<(int Left, int Right), List<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    private BpeTrainer() => _vocabulary = _tokens.Select((token, id) => (token, id)).ToDictionary(x => x.token, x => x.id);

    /// <summary>Learns merges until the vocabulary is full, or no pair occurs twice.</summary>
    /// <param name="texts">The texts; special tokens in them are cut out and teach nothing.</param>
    /// <param name="vocabularySize">Ids wanted in all: 256 bytes, merges, and special tokens, which come last.</param>
    /// <param name="specialTokens">Tokens that are never cut, in the order of their ids, such as &lt;|im_start|&gt;.</param>
    /// <param name="eosToken">The special token that ends a text; null for &lt;|im_end|&gt; if it is one of them, else the first.</param>
    /// <param name="padToken">The special token that fills rows; null for &lt;|endoftext|&gt; if it is one of them, else the one that ends a text.</param>
    /// <exception cref="TokenizerException">The vocabulary is too small, or the special tokens do not fit together.</exception>
    public static TrainedBpe Train(
        IEnumerable<string> texts, int vocabularySize, IReadOnlyList<string> specialTokens, string? eosToken = null, string? padToken = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(specialTokens);
        if (vocabularySize < 256 + specialTokens.Count)
            throw new TokenizerException(
                $"A vocabulary of {vocabularySize} is too small: 256 bytes and {specialTokens.Count} special tokens need {256 + specialTokens.Count}. Ask for more.");
        if (specialTokens.Any(string.IsNullOrEmpty) || specialTokens.Distinct().Count() != specialTokens.Count)
            throw new TokenizerException("Special tokens must be unlike and not empty.");
        eosToken ??= specialTokens.Contains("<|im_end|>") ? "<|im_end|>" : specialTokens is [var first, ..] ? first : null;
        padToken ??= specialTokens.Contains("<|endoftext|>") ? "<|endoftext|>" : eosToken;
        foreach (string token in ((string?[])[eosToken, padToken]).OfType<string>())
            if (!specialTokens.Contains(token))
                throw new TokenizerException($"'{token}' is to end texts or fill rows, so it must be one of the special tokens: {string.Join(", ", specialTokens)}.");

        var trainer = new BpeTrainer();
        trainer.CountWords(texts, new AddedTokens(specialTokens.Select((token, i) => new AddedToken(i, token))));
        trainer.Merge(vocabularySize - specialTokens.Count);
        return new TrainedBpe(trainer._vocabulary, trainer._merges, specialTokens, eosToken, padToken);
    }

    private void CountWords(IEnumerable<string> texts, AddedTokens specials)
    {
        var counts = new Dictionary<string, long>();
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = new List<Piece>();
        foreach (string text in texts)
            foreach ((string stretch, _) in specials.Split(text))
            {
                words.Clear();
                ByteLevelBpe.Qwen2Words.Apply(new(Normalization.Apply(stretch, NormalizationForm.FormC).AsMemory(), First: true), words);
                foreach (Piece word in words)
                    CollectionsMarshal.GetValueRefOrAddDefault(bySpan, word.Text.Span, out _)++;
            }
        int[] idOfByte = new int[256];
        for (int id = 0; id < 256; id++)
            idOfByte[ByteAlphabet.InOrder[id]] = id;
        foreach ((string word, long count) in counts)
        {
            int[] ids = [.. Encoding.UTF8.GetBytes(word).Select(b => idOfByte[b])];
            if (ids.Length < 2)
                continue;
            _words.Add(ids);
            _lengths.Add(ids.Length);
            _counts.Add(count);
            for (int i = 1; i < ids.Length; i++)
                Add((ids[i - 1], ids[i]), count, _words.Count - 1);
        }
    }

    private void Merge(int wanted)
    {
        foreach (((int Left, int Right) pair, long count) in _pairs)
            _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        while (_tokens.Count < wanted && _queue.TryDequeue(out (int Left, int Right) pair, out var priority))
        {
            long count = _pairs.GetValueOrDefault(pair);
            if (count != -priority.NegativeCount)
            {
                // Merges since this entry was made have used some of the pair up; a rise has an entry of its own.
                if (count > 0 && count < -priority.NegativeCount)
                    _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
                continue;
            }
            if (count < 2)
                break;
            Replace(pair, Merged(pair));
        }
    }

    // Two pairs may spell one token, as ab+c and a+bc do; it keeps its first id. A pair may so come up again after its merge.
    private int Merged((int Left, int Right) pair)
    {
        string token = _tokens[pair.Left] + _tokens[pair.Right];
        if (_learned.Add(pair))
            _merges.Add(_tokens[pair.Left] + " " + _tokens[pair.Right]);
        if (!_vocabulary.TryGetValue(token, out int id))
        {
            id = _tokens.Count;
            _tokens.Add(token);
            _vocabulary.Add(token, id);
        }
        return id;
    }

    private void Replace((int Left, int Right) pair, int merged)
    {
        List<int> places = _places[pair];
        _places.Remove(pair);
        var risen = new HashSet<(int Left, int Right)>();
        foreach (int place in places)
        {
            int[] word = _words[place];
            int length = _lengths[place], kept = 0;
            long count = _counts[place];
            for (int i = 0; i < length; i++)
            {
                if (i + 1 == length || word[i] != pair.Left || word[i + 1] != pair.Right)
                {
                    word[kept++] = word[i];
                    continue;
                }
                if (kept > 0)
                {
                    Take((word[kept - 1], pair.Left), count);
                    Add((word[kept - 1], merged), count, place);
                    risen.Add((word[kept - 1], merged));
                }
                if (i + 2 < length)
                {
                    Take((pair.Right, word[i + 2]), count);
                    Add((merged, word[i + 2]), count, place);
                    risen.Add((merged, word[i + 2]));
                }
                word[kept++] = merged;
                i++;
            }
            _lengths[place] = kept;
        }
        _pairs.Remove(pair);
        foreach ((int Left, int Right) changed in risen)
            if (_pairs.TryGetValue(changed, out long count) && count > 0)
                _queue.Enqueue(changed, (-count, changed.Left, changed.Right));
    }

    private void Add((int Left, int Right) pair, long count, int place)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _) += count;
        ref List<int>? places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, pair, out _);
        places ??= [];
        if (places.Count == 0 || places[^1] != place)
            places.Add(place);
    }

    private void Take((int Left, int Right) pair, long count) => CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _) -= count;
}
