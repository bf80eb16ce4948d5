namespace Plumbline.Models.Tokens;

/// <summary>The added tokens of a tokenizer: those that are looked for in text as it was given, and those that are looked for once it is normalised.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly Dictionary<string, AddedToken> _byContent = [];
    private readonly AddedTokenMatcher _given, _normalized;

    /// <param name="tokens">The tokens; of two with one id or one content the later counts.</param>
    /// <param name="normalize">What is done to text, and so to the contents of tokens that are normalised; null for nothing.</param>
    internal AddedTokens(IEnumerable<AddedToken> tokens, Func<string, string>? normalize = null)
    {
        foreach (AddedToken token in tokens.Where(token => token.Content.Length > 0))
            _byContent[token.Content] = _byId[token.Id] = token;
        _given = new(_byId.Values.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        _normalized = new(_byId.Values.Where(token => token.Normalized).Select(token => (normalize?.Invoke(token.Content) ?? token.Content, token)));
    }

    /// <summary>One more than the highest id; 0 when there are none.</summary>
    internal int IdLimit => _byId.Count == 0 ? 0 : _byId.Keys.Max() + 1;

    internal AddedToken? Find(int id) => _byId.GetValueOrDefault(id);

    internal AddedToken? Find(string content) => _byContent.GetValueOrDefault(content);

    /// <summary>Cuts text at those tokens that are looked for in it as it was given.</summary>
    /// <returns>Stretches of text in order; a token stands after its stretch, and is null after the last.</returns>
    internal IEnumerable<(string Text, AddedToken? Token)> Split(string text) => _given.Split(text);

    /// <summary>Cuts normalised text at those tokens that are looked for in it then.</summary>
    internal IEnumerable<(string Text, AddedToken? Token)> SplitNormalized(string text) => _normalized.Split(text);
}
