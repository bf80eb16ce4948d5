namespace Plumbline.Engine.Segments;

/// <summary>How many tokens a pass over some rows costs, and whether the rows' common prompts are run once or once a row.</summary>
public static class RowLayout
{
    // Attention over a shared prompt copies its keys and values to every row: a few per cent must be earned before anything is.
    private const double LeastSaving = 0.1;

    /// <summary>Tokens that a pass runs over, padding included.</summary>
    /// <param name="prompts">Prompts that are different arrays, P.</param>
    /// <param name="longestPrompt">Tokens of the longest.</param>
    /// <param name="rows">Rows, B.</param>
    /// <param name="longestCompletion">Tokens of the longest completion.</param>
    /// <param name="longestRow">Tokens of the longest row, prompt and completion.</param>
    public static long Tokens(int prompts, int longestPrompt, int rows, int longestCompletion, int longestRow) =>
        Shares(prompts, longestPrompt, rows, longestCompletion, longestRow)
            ? Shared(prompts, longestPrompt, rows, longestCompletion)
            : (long)rows * longestRow;

    /// <summary>Whether running prompts once pays. Parameters as for <see cref="Tokens"/>.</summary>
    internal static bool Shares(int prompts, int longestPrompt, int rows, int longestCompletion, int longestRow) =>
        prompts < rows && Shared(prompts, longestPrompt, rows, longestCompletion) <= (1 - LeastSaving) * rows * longestRow;

    private static long Shared(int prompts, int longestPrompt, int rows, int longestCompletion) =>
        (long)prompts * longestPrompt + (long)rows * Math.Max(1, longestCompletion);
}
