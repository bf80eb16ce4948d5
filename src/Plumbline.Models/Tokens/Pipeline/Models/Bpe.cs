using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Models;

/// <summary>Byte-pair encoding: a piece's characters are joined pair by pair, the pair first that was learned first, and of equals the leftmost.</summary>
/// <remarks>Source: Sennrich et al. 2016, arXiv:1508.07909; in details models/bpe of huggingface/tokenizers.</remarks>
internal sealed class Bpe : ITokenModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;
    private readonly BpeOptions _options;
    private readonly BytePieces? _bytes;
    private readonly int? _unknown;

    /// <param name="vocabulary">Token to id.</param>
    /// <param name="merges">Pairs of tokens, the earliest first; both and what they join to are in the vocabulary.</param>
    /// <param name="options">How they are used.</param>
    internal Bpe(Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeOptions options)
    {
        (_vocabulary, Merges, _options) = (vocabulary, merges, options);
        _bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = new(merges.Count);
        for (int rank = 0; rank < merges.Count; rank++)
            _merges[(vocabulary[merges[rank].Left], vocabulary[merges[rank].Right])] = (rank, vocabulary[Join(merges[rank], options.ContinuingPrefix)]);
        _bytes = options.ByteFallback ? new(vocabulary) : null;
        _unknown = options.UnknownToken is { } token && vocabulary.TryGetValue(token, out int id) ? id : null;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>Pairs of tokens, the earliest first.</summary>
    internal IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>How they are used.</summary>
    internal BpeOptions Options => _options;

    /// <summary>What two tokens join to; the second loses the prefix that marks it as a continuing one.</summary>
    internal static string Join((string Left, string Right) pair, string continuingPrefix) =>
        continuingPrefix.Length > 0 && pair.Right.StartsWith(continuingPrefix, StringComparison.Ordinal) ? pair.Left + pair.Right[continuingPrefix.Length..] : pair.Left + pair.Right;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_options.IgnoreMerges && _bySpan.TryGetValue(word, out int whole))
        {
            ids.Add(whole);
            return;
        }
        var symbols = new List<int>(word.Length);
        Spell(word, symbols);
        Merge(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(symbols), ids);
    }

    // The characters as tokens, before any merge.
    private void Spell(ReadOnlySpan<char> word, List<int> symbols)
    {
        bool afterUnknown = false;
        for (int at = 0, next; at < word.Length; at = next)
        {
            next = at + (char.IsHighSurrogate(word[at]) ? 2 : 1);
            ReadOnlySpan<char> character = Marked(word[at..next], first: at == 0, last: next == word.Length);
            if (_bySpan.TryGetValue(character, out int id))
            {
                symbols.Add(id);
                afterUnknown = false;
            }
            else if (_bytes?.TryAppend(character, symbols) != true)
            {
                if (!(afterUnknown && _options.FuseUnknown))
                    symbols.Add(_unknown ?? throw new TokenizerException(
                        $"The tokenizer's vocabulary has no token for '{character}' and none for what is unknown, so '{word}' cannot be written in it. Take the vocabulary file that belongs to the merges."));
                afterUnknown = true;
            }
        }
    }

    private ReadOnlySpan<char> Marked(ReadOnlySpan<char> character, bool first, bool last) => (first ? "" : _options.ContinuingPrefix, last ? _options.EndSuffix : "") switch
    {
        ("", "") => character,
        var (prefix, suffix) => string.Concat(prefix, character, suffix),
    };

    // A symbol is known by its place; the places of those that were joined to the one before are dead and hold -1.
    private void Merge(Span<int> symbols, List<int> ids)
    {
        int count = symbols.Length;
        int[] previous = new int[count], next = new int[count];
        var queue = new PriorityQueue<(int Place, int Left, int Right, int Merged), (int Rank, int Place)>(count);
        for (int place = 0; place < count; place++)
            (previous[place], next[place]) = (place - 1, place + 1);
        for (int place = 0; place + 1 < count; place++)
            Offer(queue, place, symbols[place], symbols[place + 1]);
        while (queue.TryDequeue(out var pair, out _))
        {
            int right = next[pair.Place];
            if (symbols[pair.Place] != pair.Left || right >= count || symbols[right] != pair.Right)
                continue; // one of the two has been joined to another neighbour since
            symbols[pair.Place] = pair.Merged;
            symbols[right] = -1;
            int after = next[pair.Place] = next[right];
            if (after < count)
            {
                previous[after] = pair.Place;
                Offer(queue, pair.Place, pair.Merged, symbols[after]);
            }
            if (previous[pair.Place] is var before and >= 0)
                Offer(queue, before, symbols[before], pair.Merged);
        }
        for (int place = 0; place < count; place = next[place])
            ids.Add(symbols[place]);
    }

    private void Offer(PriorityQueue<(int Place, int Left, int Right, int Merged), (int Rank, int Place)> queue, int place, int left, int right)
    {
        if (_merges.TryGetValue((left, right), out var merge))
            queue.Enqueue((place, left, right, merge.Merged), (merge.Rank, place));
    }
}
