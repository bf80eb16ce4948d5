using Plumbline.Engine.Segments;

namespace Plumbline.Training.Rollouts;

/// <summary>Cuts the rows of a step into micro-batches by their tokens: rows of like length together, so that little is padding.</summary>
internal static class MicrobatchCut
{
    /// <summary>The cheapest cut into runs of sorted rows, counting padding, prompts run more than once, and passes.</summary>
    /// <param name="prompts">One a row; rows of a group have the same array.</param>
    /// <param name="completions">One a row.</param>
    /// <param name="pieces">No micro-batch takes more than this part of the tokens of the whole as one pass; a single row may.</param>
    /// <param name="limits">No micro-batch takes more completion tokens than these say; a single row may.</param>
    /// <returns>Rows of each micro-batch; each row once.</returns>
    public static int[][] Of(IReadOnlyList<int[]> prompts, IReadOnlyList<int[]> completions, int pieces, PassLimits limits)
    {
        int[] rows = [.. Enumerable.Range(0, prompts.Count)];
        int Length(int row) => prompts[row].Length + completions[row].Length;
        // Where prompts are shared the completions' padding counts, elsewhere that of whole rows.
        int[][] orders = [[.. rows.OrderBy(Length)], [.. rows.OrderBy(row => completions[row].Length).ThenBy(Length)]];
        var all = new Run();
        foreach (int row in rows)
            all.Add(prompts[row], completions[row].Length);
        long limit = (all.Tokens + pieces - 1) / pieces;
        return orders.Select(order => Cheapest(order, prompts, completions, limit, limits)).MinBy(cut => cut.Cost).Pieces;
    }

    // best[j] is the least cost of the first j rows; begin[j] is where the last run of that cut begins.
    private static (long Cost, int[][] Pieces) Cheapest(int[] order, IReadOnlyList<int[]> prompts, IReadOnlyList<int[]> completions, long limit, PassLimits limits)
    {
        int n = order.Length;
        long[] best = [0, .. Enumerable.Repeat(long.MaxValue, n)];
        int[] begin = new int[n + 1];
        for (int i = 0; i < n; i++)
        {
            var run = new Run();
            long counted = 0;
            for (int j = i; j < n; j++)
            {
                run.Add(prompts[order[j]], completions[order[j]].Length);
                counted += completions[order[j]].Length;
                if ((j == i || (run.Tokens <= limit && counted <= limits.CompletionTokens)) && best[i] + run.Tokens + limits.Overhead < best[j + 1])
                    (best[j + 1], begin[j + 1]) = (best[i] + run.Tokens + limits.Overhead, i);
            }
        }
        var pieces = new List<int[]>();
        for (int end = n; end > 0; end = begin[end])
            pieces.Insert(0, order[begin[end]..end]);
        return (best[n], [.. pieces]);
    }

    private sealed class Run
    {
        private readonly HashSet<int[]> _prompts = new(ReferenceEqualityComparer.Instance);
        private int _rows, _longestPrompt, _longestCompletion, _longestRow;

        public long Tokens => RowLayout.Tokens(_prompts.Count, _longestPrompt, _rows, _longestCompletion, _longestRow);

        public void Add(int[] prompt, int completion)
        {
            _prompts.Add(prompt);
            _rows++;
            _longestPrompt = Math.Max(_longestPrompt, prompt.Length);
            _longestCompletion = Math.Max(_longestCompletion, completion);
            _longestRow = Math.Max(_longestRow, prompt.Length + completion);
        }
    }
}
