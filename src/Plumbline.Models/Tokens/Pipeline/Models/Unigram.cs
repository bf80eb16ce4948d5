namespace Plumbline.Models.Tokens.Pipeline.Models;

/// <summary>SentencePiece's unigram model: of all ways to cut a piece into tokens the one with the highest sum of log-probabilities.</summary>
/// <remarks>
/// Source: Kudo 2018, arXiv:1804.10959; in details models/unigram of huggingface/tokenizers. A character without a token costs the lowest score less 10, and
/// several in a row are one unknown.
/// </remarks>
internal sealed class Unigram : ITokenModel
{
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, int> _vocabulary = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int? _unknown;
    private readonly BytePieces? _bytes;

    // A trie over UTF-16 units: (node, unit) to node, and node to id. Node 0 is the root.
    private readonly Dictionary<(int Node, char Unit), int> _children = [];
    private readonly List<int> _idAt = [-1];

    /// <param name="pieces">Tokens with their log-probabilities; the place is the id.</param>
    /// <param name="unknown">The id of what has no token; null when that is an error.</param>
    /// <param name="byteFallback">True to spell what has no token in bytes.</param>
    internal Unigram(IReadOnlyList<(string Token, double Score)> pieces, int? unknown, bool byteFallback)
    {
        _unknown = unknown;
        _scores = [.. pieces.Select(piece => piece.Score)];
        _unknownScore = _scores.DefaultIfEmpty(0).Min() - UnknownPenalty;
        for (int id = 0; id < pieces.Count; id++)
        {
            _vocabulary[pieces[id].Token] = id;
            int node = 0;
            foreach (char unit in pieces[id].Token)
            {
                if (!_children.TryGetValue((node, unit), out int child))
                {
                    _children.Add((node, unit), child = _idAt.Count);
                    _idAt.Add(-1);
                }
                node = child;
            }
            _idAt[node] = id;
        }
        _bySpan = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _bytes = byteFallback ? new(_vocabulary) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        foreach ((int start, int end) in Cuts(word))
            if (_bySpan.TryGetValue(word[start..end], out int id))
                ids.Add(id);
            else if (_bytes?.TryAppend(word[start..end], ids) != true)
                ids.Add(_unknown ?? throw Lacks(word[start..end]));
    }

    // Viterbi: for each place the best token that ends there; then back from the end, unknown neighbours joined.
    private List<(int Start, int End)> Cuts(ReadOnlySpan<char> word)
    {
        var best = new (double Score, int Start, int Id)[word.Length + 1];
        Array.Fill(best, (0, -1, -1), 1, word.Length);
        for (int start = 0, next; start < word.Length; start = next)
        {
            next = start + (char.IsHighSurrogate(word[start]) ? 2 : 1);
            double score = best[start].Score;
            bool single = false;
            for (int at = start, node = 0; at < word.Length && _children.TryGetValue((node, word[at]), out node); at++)
                if (_idAt[node] is var id and >= 0)
                {
                    Offer(ref best[at + 1], score + _scores[id], start, id);
                    single |= at + 1 == next;
                }
            if (!single)
                Offer(ref best[next], score + _unknownScore, start, _unknown ?? throw Lacks(word[start..next]));
        }
        var cuts = new List<(int Start, int End)>();
        bool openUnknown = false;
        for (int end = word.Length; end > 0;)
        {
            (_, int start, int id) = best[end];
            if (openUnknown && id == _unknown)
                cuts[^1] = (start, cuts[^1].End);
            else
                cuts.Add((start, end));
            openUnknown = id == _unknown;
            end = start;
        }
        cuts.Reverse();
        return cuts;
    }

    private static void Offer(ref (double Score, int Start, int Id) best, double score, int start, int id)
    {
        if (best.Start < 0 || score > best.Score)
            best = (score, start, id);
    }

    private static TokenizerException Lacks(ReadOnlySpan<char> text) =>
        new($"The tokenizer's vocabulary has no token for '{text}' and names none for what is unknown (model.unk_id). Take the tokenizer.json that belongs to the model.");
}
