namespace Plumbline.Training.Evaluation.Judging;

/// <summary>Hashes a row into the places of a view's vector.</summary>
internal static class SparseFeatures
{
    private const int Bits = 17, EdgeTokens = 4;

    /// <summary>Length of every view's vector. At 2^17, hundreds of thousands of different features share places; the trees above do not depend on any one.</summary>
    public const int Size = 1 << Bits;

    /// <summary>The places of a row's features, ascending, each once.</summary>
    public static int[] Of(JudgedText row, TextCounts counts, SparseView view) =>
        [.. Keys(row, counts, view).Select(key => (int)(key & (Size - 1))).Distinct().Order()];

    private static IEnumerable<ulong> Keys(JudgedText row, TextCounts counts, SparseView view) => view switch
    {
        SparseView.Prompt => row.PromptWords.Select(w => JudgeText.Hash('p', w)).Concat(Neighbours(row.Prompt)),
        SparseView.Completion => row.Runs(1).Concat(row.Runs(2)).Concat(row.Runs(3)).Concat(Edges(row.Completion)),
        _ => row.PromptWords.Select(w => JudgeText.Hash('p', w)).Concat(row.Runs(1))
            .Concat(counts.PromptContent(row).SelectMany(_ => counts.CompletionContent(row), (p, c) => JudgeText.Hash('x', p, c)))
            .Concat(counts.PromptContent(row).Select(p => JudgeText.Hash(row.Refusal >= 1 ? 'r' : 'a', p))),
    };

    private static IEnumerable<ulong> Neighbours(string[] tokens)
    {
        for (int at = 0; at + 1 < tokens.Length; at++)
            yield return JudgeText.Hash('n', tokens[at], tokens[at + 1]);
    }

    private static IEnumerable<ulong> Edges(string[] tokens)
    {
        for (int n = 1; n <= Math.Min(EdgeTokens, tokens.Length); n++)
        {
            yield return JudgeText.Hash('b', tokens.AsSpan(0, n));
            yield return JudgeText.Hash('e', tokens.AsSpan(tokens.Length - n));
        }
    }
}
