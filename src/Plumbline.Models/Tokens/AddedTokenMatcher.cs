using System.Buffers;
using System.Text;
using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens;

/// <summary>Finds added tokens in text, the leftmost first and the longest of those that begin at one place.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<string, AddedToken> _tokens = [];
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Dictionary<char, int[]> _lengthsByFirst;
    private readonly SearchValues<char> _firsts;

    internal AddedTokenMatcher(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        foreach ((string content, AddedToken token) in tokens.Where(entry => entry.Content.Length > 0))
            _tokens.TryAdd(content, token);
        _bySpan = _tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengthsByFirst = _tokens.Keys.GroupBy(content => content[0])
            .ToDictionary(group => group.Key, group => group.Select(content => content.Length).Distinct().OrderDescending().ToArray());
        _firsts = SearchValues.Create([.. _lengthsByFirst.Keys]);
    }

    /// <summary>Cuts text at its tokens.</summary>
    /// <returns>Stretches of text in order; a token stands after its stretch, and is null after the last.</returns>
    internal IEnumerable<(string Text, AddedToken? Token)> Split(string text)
    {
        int from = 0, at = 0;
        while (NextCandidate(text, at) is var found and >= 0)
        {
            (AddedToken? token, int length) = Longest(text.AsSpan(found));
            at = found + Math.Max(1, length);
            if (token is null || (token.SingleWord && (EndsInWord(text.AsSpan(0, found)) || BeginsWithWord(text.AsSpan(at)))))
                continue;
            int left = found, right = at;
            while (token.StripLeft && left > from && char.IsWhiteSpace(text[left - 1]))
                left--;
            while (token.StripRight && right < text.Length && char.IsWhiteSpace(text[right]))
                right++;
            yield return (left > from ? text[from..left] : "", token);
            from = right;
        }
        yield return (text[from..], null);
    }

    private int NextCandidate(string text, int from)
    {
        int index = text.AsSpan(from).IndexOfAny(_firsts);
        return index < 0 ? -1 : from + index;
    }

    private (AddedToken? Token, int Length) Longest(ReadOnlySpan<char> text)
    {
        foreach (int length in _lengthsByFirst[text[0]])
            if (length <= text.Length && _bySpan.TryGetValue(text[..length], out AddedToken? token))
                return (token, length);
        return (null, 0);
    }

    private static bool BeginsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && WordCharacters.Contain(rune);

    private static bool EndsInWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && WordCharacters.Contain(rune);
}
