using Plumbline.Training.Rewards;

namespace Plumbline.Training.Evaluation;

/// <summary>Measures a model's answers: judges' scores, refusals, distance from the reference, and how the text looks.</summary>
public static class Evaluator
{
    /// <summary>Measures the answers.</summary>
    /// <param name="answers">At least one.</param>
    /// <param name="judges">Asked in turn; their names differ.</param>
    /// <param name="isRefusal">(prompt, completion) to whether it refuses: <see cref="RefusalRules.IsRefusal"/>, or one who knows better.</param>
    /// <param name="seed">Seed of the bootstrap intervals.</param>
    /// <param name="cancellationToken">Passed to the judges.</param>
    /// <exception cref="ArgumentException">There is no answer, or two judges share a name.</exception>
    public static async Task<EvaluationReport> EvaluateAsync(
        AnswerSet answers, IReadOnlyList<NamedJudge> judges, Func<string, string, bool> isRefusal, long seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(judges);
        ArgumentNullException.ThrowIfNull(isRefusal);
        if (answers.Answers.Count == 0)
            throw new ArgumentException("There are no answers to evaluate. Give at least one prompt.", nameof(answers));
        if (judges.Select(j => j.Name).Distinct().Count() != judges.Count)
            throw new ArgumentException($"Two judges share a name: {string.Join(", ", judges.Select(j => j.Name))}. Name each once.", nameof(judges));
        var scores = new List<JudgeScores>(judges.Count);
        foreach (NamedJudge judge in judges)
        {
            RewardTable table = await judge.Source.ScoreAsync(answers.Rows, cancellationToken);
            scores.Add(JudgeScores.Of(judge.Name, table, judge.Weights, seed));
        }
        bool[] refused = [.. answers.Rows.Select(r => isRefusal(r.Prompt, r.Completion))];
        return new EvaluationReport(
            answers.Answers.Count, scores, TextFigures.Of([.. answers.Answers.Select(a => a.Completion)]),
            RefusalFigures.Of([.. answers.Answers.Select(a => a.Prompt)], refused, seed), refused,
            answers.ReferenceLogProbs is { } reference ? KlFigures.Of([.. answers.Answers.Select(a => a.Completion.LogProbs)], reference) : null);
    }
}
