namespace Plumbline.Engine.Generation;

/// <summary>The prompts of some requests as a tree in which a common beginning (a system prompt, a template, a whole group's prompt) stands once.</summary>
/// <remarks>Every prompt ends in a leaf of its own with at least one token, whose hidden state its completions begin from.</remarks>
internal sealed class PromptTree
{
    /// <summary>A beginning shorter than this is run again for each prompt: sharing it would save less than another segment costs.</summary>
    public const int LeastShared = 16;

    private readonly Dictionary<int[], PromptNode> _leaves = new(TokenComparer.Instance);

    /// <summary>Finds what the prompts have in common; each row counts as one unfinished completion of its prompt.</summary>
    public PromptTree(IEnumerable<GenerationRow> rows)
    {
        var counts = new Dictionary<int[], int>(TokenComparer.Instance);
        foreach (GenerationRow row in rows)
            counts[row.Request.PromptIds] = counts.GetValueOrDefault(row.Request.PromptIds) + 1;
        int[][] prompts = [.. counts.Keys.Order(TokenComparer.Instance)];
        if (prompts.Length > 0)
            Grow(prompts, 0, null);
        foreach ((int[] prompt, int count) in counts)
            for (PromptNode? node = _leaves[prompt]; node is not null; node = node.Parent)
                node.Unfinished += count;
    }

    /// <summary>The leaf in which a prompt ends.</summary>
    public PromptNode Leaf(int[] prompt) => _leaves[prompt];

    // Sorted prompts that agree in their first `depth` tokens, which are the parent's.
    private void Grow(ReadOnlySpan<int[]> prompts, int depth, PromptNode? parent)
    {
        int[] first = prompts[0];
        if (prompts.Length == 1)
        {
            _leaves.Add(first, new PromptNode(parent, new ArraySegment<int>(first, depth, first.Length - depth), isLeaf: true));
            return;
        }
        // In sorted order the first and the last agree in what all agree in; the first, if it is no longer than that, keeps its last token.
        int common = first.AsSpan().CommonPrefixLength(prompts[^1]), shared = Math.Min(common, first.Length - 1);
        if (shared - depth >= LeastShared)
            (parent, depth) = (new PromptNode(parent, new ArraySegment<int>(first, depth, shared - depth), isLeaf: false), shared);
        for (int begin = 0; begin < prompts.Length;)
        {
            int end = begin + 1;
            while (end < prompts.Length && Next(prompts[end], common) == Next(prompts[begin], common))
                end++;
            Grow(prompts[begin..end], depth, parent);
            begin = end;
        }
    }

    private static int Next(int[] prompt, int at) => at < prompt.Length ? prompt[at] : -1;

    /// <summary>Compares prompts token by token, a beginning before what continues it.</summary>
    private sealed class TokenComparer : IEqualityComparer<int[]>, IComparer<int[]>
    {
        public static readonly TokenComparer Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] ids)
        {
            var hash = new HashCode();
            foreach (int id in ids)
                hash.Add(id);
            return hash.ToHashCode();
        }

        public int Compare(int[]? x, int[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
