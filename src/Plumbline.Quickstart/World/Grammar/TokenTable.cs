namespace Plumbline.Quickstart.World.Grammar;

/// <summary>Numbers the words and marks of the world.</summary>
internal sealed class TokenTable
{
    /// <summary>No token: the edge of a sentence, or a link that reads nothing.</summary>
    public const int Nothing = -2;

    /// <summary>A word that the world does not know.</summary>
    public const int Unknown = -1;

    private readonly Dictionary<string, int> _ids = [];

    /// <summary>All tokens, by id.</summary>
    public IReadOnlyCollection<string> Tokens => _ids.Keys;

    public int Add(string token)
    {
        if (!_ids.TryGetValue(token, out int id))
            _ids[token] = id = _ids.Count;
        return id;
    }

    public int Find(string token) => _ids.GetValueOrDefault(token, Unknown);

    public int[] Find(IReadOnlyList<string> tokens)
    {
        int[] ids = new int[tokens.Count];
        for (int at = 0; at < ids.Length; at++)
            ids[at] = Find(tokens[at]);
        return ids;
    }
}
