namespace Plumbline.Training.Evaluation.Judging;

/// <summary>One row as the judge reads it.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Completion">Tokens of the completion.</param>
/// <param name="Refusal">Points of <see cref="RefusalRules.Score"/>.</param>
internal sealed record JudgedText(string[] Prompt, string[] Completion, double Refusal)
{
    private const string Boundary = "\u0002";

    public static JudgedText Of(string prompt, string completion) =>
        new(JudgeText.Tokens(prompt), JudgeText.Tokens(completion), RefusalRules.Score(completion));

    public IEnumerable<string> PromptWords => Prompt.Where(JudgeText.IsWord).Distinct();

    public IEnumerable<string> CompletionWords => Completion.Where(JudgeText.IsWord).Distinct();

    /// <summary>Hashes of the completion's runs of n tokens, the first and last reaching over the text's ends.</summary>
    public IEnumerable<ulong> Runs(int n)
    {
        string[] bounded = [.. Enumerable.Repeat(Boundary, n - 1), .. Completion, Boundary];
        for (int at = 0; at + n <= bounded.Length; at++)
            yield return JudgeText.Hash((char)('0' + n), bounded.AsSpan(at, n));
    }
}
