namespace Plumbline.Quickstart.World.Grammar;

/// <summary>A deterministic automaton over token ids: it knows every phrase it was built from, and each phrase's tags. Immutable.</summary>
internal sealed class Automaton(Dictionary<long, int> moves, int[][] tags)
{
    /// <summary>The state before the first token.</summary>
    public const int Start = 0;

    /// <summary>The state after a token that no phrase allows.</summary>
    public const int Dead = -1;

    public static long Key(int state, int token) => ((long)state << 24) | (uint)token;

    public int Next(int state, int token) => state != Dead && token >= 0 && moves.TryGetValue(Key(state, token), out int next) ? next : Dead;

    /// <summary>Tags of the phrases that end here; empty where none does.</summary>
    public int[] Tags(int state) => state == Dead ? [] : tags[state];

    /// <summary>Tags of the phrase that the tokens make as a whole.</summary>
    public int[] Read(ReadOnlySpan<int> ids)
    {
        int state = Start;
        foreach (int id in ids)
            state = Next(state, id);
        return Tags(state);
    }

    /// <summary>The longest phrase at the beginning of the tokens: its length (0 for none) and its tags.</summary>
    public (int Length, int[] Tags) Longest(ReadOnlySpan<int> ids)
    {
        (int Length, int[] Tags) best = (0, []);
        int state = Start;
        for (int at = 0; at < ids.Length && (state = Next(state, ids[at])) != Dead; at++)
            if (tags[state].Length > 0)
                best = (at + 1, tags[state]);
        return best;
    }

    /// <summary>Every run of three tokens that occurs in a phrase, and the first two tokens of each after <see cref="TokenTable.Nothing"/>.</summary>
    public HashSet<long> Trigrams()
    {
        ILookup<int, (int Token, int Target)> edges = moves.ToLookup(move => (int)(move.Key >> 24), move => ((int)(move.Key & 0xFFFFFF), move.Value));
        HashSet<long> found = [];
        foreach (var (token, target) in edges[Start])
        {
            found.Add(Trigram(TokenTable.Nothing, TokenTable.Nothing, token));
            foreach (var (next, _) in edges[target])
                found.Add(Trigram(TokenTable.Nothing, token, next));
        }
        foreach (var (key, second) in moves)
            foreach (var (b, third) in edges[second])
                foreach (var (c, _) in edges[third])
                    found.Add(Trigram((int)(key & 0xFFFFFF), b, c));
        return found;
    }

    public static long Trigram(int a, int b, int c) => ((long)(a + 2) << 40) | ((long)(b + 2) << 20) | (uint)(c + 2);
}
