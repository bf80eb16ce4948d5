using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Models;

/// <summary>BERT's model: from the left always the longest token that fits; a piece that cannot be written so is unknown as a whole.</summary>
/// <remarks>Source: Devlin et al. 2019, tokenization.py, WordpieceTokenizer.</remarks>
/// <param name="vocabulary">Token to id.</param>
/// <param name="unknown">The id of an unknown piece.</param>
/// <param name="continuingPrefix">What marks a token that does not begin a piece, usually ##.</param>
/// <param name="longestWord">Characters above which a piece is unknown.</param>
internal sealed class WordPiece(Dictionary<string, int> vocabulary, int unknown, string continuingPrefix, int longestWord) : ITokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        int before = ids.Count;
        if (Length(word) > longestWord || !TryEncode(word, ids))
        {
            ids.RemoveRange(before, ids.Count - before);
            ids.Add(unknown);
        }
    }

    private bool TryEncode(ReadOnlySpan<char> word, List<int> ids)
    {
        for (int start = 0, end; start < word.Length; start = end)
        {
            ReadOnlySpan<char> rest = start == 0 ? word : string.Concat(continuingPrefix, word[start..]);
            int marked = start == 0 ? 0 : continuingPrefix.Length;
            int id;
            for (end = word.Length; !_bySpan.TryGetValue(rest[..(marked + end - start)], out id);)
            {
                end -= char.IsLowSurrogate(word[end - 1]) ? 2 : 1;
                if (end <= start)
                    return false;
            }
            ids.Add(id);
        }
        return true;
    }

    private static int Length(ReadOnlySpan<char> word)
    {
        int length = 0;
        foreach (Rune _ in word.EnumerateRunes())
            length++;
        return length;
    }
}
