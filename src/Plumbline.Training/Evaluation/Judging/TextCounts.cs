namespace Plumbline.Training.Evaluation.Judging;

/// <summary>What the judge's training texts hold how often: runs of completions' tokens, words of prompts and completions, and which of these occur together.</summary>
/// <remarks>
/// All but single words count once a row; entries seen once are dropped, for a row must not vouch for itself. While the judge is trained,
/// a row's own occurrence is taken off (<c>own</c> = 1), so that its features look as those of an unseen row will.
/// </remarks>
internal sealed class TextCounts
{
    private const double RareShare = 0.2;
    private const int WordsOfPrompt = 12, WordsOfCompletion = 24;
    private readonly Dictionary<ulong, int> _counts;

    private TextCounts(int rows, Dictionary<ulong, int> counts) => (Rows, _counts) = (rows, counts);

    public int Rows { get; }

    public static TextCounts Of(IReadOnlyCollection<JudgedText> rows)
    {
        var counts = new Dictionary<ulong, int>();
        var words = new TextCounts(rows.Count, counts);
        foreach (JudgedText row in rows)
            foreach (ulong key in Singles(row).Distinct())
                counts[key] = counts.GetValueOrDefault(key) + 1;
        // Only now is it known which words are rare enough to be paired; keys of pairs do not disturb those of words.
        foreach (JudgedText row in rows)
        {
            string[] asked = words.PromptContent(row), said = words.CompletionContent(row);
            foreach (string p in asked)
                foreach (string c in said)
                {
                    ulong key = Pair(p, c);
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
        }
        return new TextCounts(rows.Count, counts.Where(c => c.Value > 1).ToDictionary());
    }

    /// <summary>How often a key occurs in other rows.</summary>
    public int Count(ulong key, int own) => Math.Max(0, _counts.GetValueOrDefault(key) - own);

    /// <summary>The log of how much oftener two words meet than chance would have it, drawn towards 0 where little is known.</summary>
    public double Affinity(string asked, string said, int own)
    {
        double chance = (double)Count(PromptWord(asked), own) * Count(CompletionWord(said), own) / Math.Max(1, Rows - own);
        return Math.Log((Count(Pair(asked, said), own) + 0.5) / (chance + 0.5));
    }

    /// <summary>The rarest words of the prompt that are known and not common, most telling first.</summary>
    public string[] PromptContent(JudgedText row) => Content(row.PromptWords, PromptWord, WordsOfPrompt);

    /// <summary>The same of the completion.</summary>
    public string[] CompletionContent(JudgedText row) => Content(row.CompletionWords, CompletionWord, WordsOfCompletion);

    public void Write(BinaryWriter file)
    {
        file.Write(Rows);
        file.Write(_counts.Count);
        foreach ((ulong key, int count) in _counts.OrderBy(c => c.Key))
        {
            file.Write(key);
            file.Write(count);
        }
    }

    public static TextCounts Read(BinaryReader file)
    {
        int rows = file.ReadInt32(), size = file.ReadInt32();
        var counts = new Dictionary<ulong, int>(size);
        for (int i = 0; i < size; i++)
            counts.Add(file.ReadUInt64(), file.ReadInt32());
        return new TextCounts(rows, counts);
    }

    private string[] Content(IEnumerable<string> words, Func<string, ulong> key, int most) =>
    [
        .. words.Select(word => (word, count: Count(key(word), 0))).Where(w => w.count > 1 && w.count <= Math.Max(2, RareShare * Rows))
            .OrderBy(w => w.count).ThenBy(w => w.word, StringComparer.Ordinal).Take(most).Select(w => w.word),
    ];

    private static IEnumerable<ulong> Singles(JudgedText row) =>
        row.Runs(2).Concat(row.Runs(3)).Concat(row.PromptWords.Select(PromptWord)).Concat(row.CompletionWords.Select(CompletionWord));

    private static ulong PromptWord(string word) => JudgeText.Hash('p', word);

    private static ulong CompletionWord(string word) => JudgeText.Hash('c', word);

    private static ulong Pair(string asked, string said) => JudgeText.Hash('x', asked, said);
}
