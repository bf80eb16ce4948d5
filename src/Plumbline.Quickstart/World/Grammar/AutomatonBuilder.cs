namespace Plumbline.Quickstart.World.Grammar;

/// <summary>Collects phrases as a nondeterministic automaton and makes a deterministic one of it.</summary>
internal sealed class AutomatonBuilder(TokenTable tokens)
{
    private readonly List<List<(int Token, int Target)>> _edges = [[]];
    private readonly Dictionary<int, List<int>> _tags = [];

    /// <summary>Adds every phrase of a template, each carrying the tag.</summary>
    public void Add(Template template, int tag)
    {
        int first = NewState();
        Link(0, first);
        int end = template.Compile(this, first);
        if (!_tags.TryGetValue(end, out List<int>? tags))
            _tags[end] = tags = [];
        tags.Add(tag);
    }

    public int NewState()
    {
        _edges.Add([]);
        return _edges.Count - 1;
    }

    public int Step(int from, string word)
    {
        int target = NewState();
        _edges[from].Add((tokens.Add(word), target));
        return target;
    }

    public void Link(int from, int to) => _edges[from].Add((TokenTable.Nothing, to));

    /// <summary>The subset construction.</summary>
    public Automaton Build()
    {
        Dictionary<string, int> known = [];
        List<int[]> sets = [];
        List<int[]> tags = [];
        Dictionary<long, int> moves = [];
        int Intern(IEnumerable<int> states)
        {
            int[] closed = Close(states);
            string key = string.Join(',', closed);
            if (known.TryGetValue(key, out int index))
                return index;
            known[key] = sets.Count;
            sets.Add(closed);
            tags.Add([.. closed.Where(_tags.ContainsKey).SelectMany(state => _tags[state]).Distinct().Order()]);
            return sets.Count - 1;
        }

        Intern([0]);
        for (int at = 0; at < sets.Count; at++)
            foreach (var group in sets[at].SelectMany(state => _edges[state]).Where(edge => edge.Token != TokenTable.Nothing).GroupBy(edge => edge.Token))
                moves[Automaton.Key(at, group.Key)] = Intern(group.Select(edge => edge.Target));
        return new Automaton(moves, [.. tags]);
    }

    private int[] Close(IEnumerable<int> states)
    {
        var reached = new HashSet<int>(states);
        var pending = new Stack<int>(reached);
        while (pending.TryPop(out int state))
            foreach (var (token, target) in _edges[state])
                if (token == TokenTable.Nothing && reached.Add(target))
                    pending.Push(target);
        int[] closed = [.. reached.Where(state => _tags.ContainsKey(state) || _edges[state].Exists(edge => edge.Token != TokenTable.Nothing))];
        Array.Sort(closed);
        return closed;
    }
}
