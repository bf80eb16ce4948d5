using System.Buffers;

namespace Plumbline.Models.Tokens;

/// <summary>The added tokens of a tokenizer: finds them in text, the leftmost first and the longest of those that begin at one place.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, AddedToken> _byId;
    private readonly Dictionary<string, AddedToken> _byContent = [];
    private readonly Dictionary<char, AddedToken[]> _byFirst;
    private readonly SearchValues<char> _firsts;

    internal AddedTokens(IEnumerable<AddedToken> tokens)
    {
        _byId = tokens.Where(token => token.Content.Length > 0).ToDictionary(token => token.Id);
        foreach (AddedToken token in _byId.Values)
            _byContent[token.Content] = token;
        _byFirst = _byId.Values.GroupBy(token => token.Content[0]).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        _firsts = SearchValues.Create([.. _byFirst.Keys]);
    }

    /// <summary>One more than the highest id; 0 when there are none.</summary>
    internal int IdLimit => _byId.Count == 0 ? 0 : _byId.Keys.Max() + 1;

    internal AddedToken? Find(int id) => _byId.GetValueOrDefault(id);

    internal AddedToken? Find(string content) => _byContent.GetValueOrDefault(content);

    /// <summary>Cuts text at its added tokens.</summary>
    /// <returns>Stretches of text in order; a token stands after its stretch, and is null after the last.</returns>
    internal IEnumerable<(string Text, AddedToken? Token)> Split(string text)
    {
        int from = 0, at = 0;
        while (NextCandidate(text, at) is var next and >= 0)
        {
            if (Match(text, next) is not { } token)
            {
                at = next + 1;
                continue;
            }
            int left = next, right = next + token.Content.Length;
            while (token.StripLeft && left > from && char.IsWhiteSpace(text[left - 1]))
                left--;
            while (token.StripRight && right < text.Length && char.IsWhiteSpace(text[right]))
                right++;
            yield return (text[from..left], token);
            from = at = right;
        }
        yield return (text[from..], null);
    }

    private int NextCandidate(string text, int from)
    {
        int index = text.AsSpan(from).IndexOfAny(_firsts);
        return index < 0 ? -1 : from + index;
    }

    private AddedToken? Match(string text, int at)
    {
        foreach (AddedToken token in _byFirst[text[at]])
            if (string.CompareOrdinal(text, at, token.Content, 0, token.Content.Length) == 0
                && !(token.SingleWord && (IsWord(text, at - 1) || IsWord(text, at + token.Content.Length))))
                return token;
        return null;
    }

    private static bool IsWord(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');
}
