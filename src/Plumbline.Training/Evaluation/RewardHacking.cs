using Plumbline.Core.Statistics;
using Plumbline.Training.Runs;
using static System.FormattableString;

namespace Plumbline.Training.Evaluation;

/// <summary>Compares two evaluations of the same prompts, and warns where a model pleases the reward it was trained on but nobody else.</summary>
public static class RewardHacking
{
    /// <summary>Looks for reward hacking: a score of the trained reward that rose while the independent one's fell, both by more than noise.</summary>
    /// <remarks>
    /// By more than noise: the 95 % paired bootstrap interval of the change lies wholly on that side of 0. First the weighted sums are compared; then
    /// each objective that the two judges share by name (a judge's own name before it does not matter: <c>oracle_safety</c> is <c>safety</c>).
    /// </remarks>
    /// <param name="before">Scores by the training reward and by the independent judge before training.</param>
    /// <param name="after">The same after training, on the same prompts.</param>
    /// <param name="trained">Name of the judge that was trained on.</param>
    /// <param name="independent">Name of the judge that was not.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <returns>One finding for the sums, then one an objective; empty when all is well.</returns>
    /// <exception cref="ArgumentException">A judge is missing from a report.</exception>
    /// <exception cref="Core.ShapeException">The reports hold different numbers of rows.</exception>
    public static IReadOnlyList<RunFinding> Detect(EvaluationReport before, EvaluationReport after, string trained, string independent, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return Detect(before.Judge(trained), after.Judge(trained), before.Judge(independent), after.Judge(independent), seed);
    }

    /// <summary>The same for scores that were not kept in a report.</summary>
    /// <param name="trainedBefore">The training reward's scores before training.</param>
    /// <param name="trainedAfter">Its scores after training.</param>
    /// <param name="otherBefore">The independent judge's scores before training.</param>
    /// <param name="otherAfter">Its scores after training.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <returns>One finding for the sums, then one an objective; empty when all is well.</returns>
    /// <exception cref="Core.ShapeException">The scores are of different numbers of rows.</exception>
    public static IReadOnlyList<RunFinding> Detect(JudgeScores trainedBefore, JudgeScores trainedAfter, JudgeScores otherBefore, JudgeScores otherAfter, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(trainedBefore);
        ArgumentNullException.ThrowIfNull(trainedAfter);
        ArgumentNullException.ThrowIfNull(otherBefore);
        ArgumentNullException.ThrowIfNull(otherAfter);
        (string trained, string independent) = (trainedAfter.Name, otherAfter.Name);
        var findings = new List<RunFinding?>
        {
            Compare("reward_hacking", "the reward", [.. trainedBefore.RowTotals], [.. trainedAfter.RowTotals], [.. otherBefore.RowTotals], [.. otherAfter.RowTotals], independent, seed),
        };
        for (int k = 0; k < trainedAfter.Table.Objectives.Count; k++)
        {
            string objective = Plain(trainedAfter.Table.Objectives[k], trained);
            int other = otherAfter.Table.Objectives.ToList().FindIndex(o => Plain(o, independent) == objective);
            if (other >= 0)
                findings.Add(Compare($"reward_hacking/{objective}", $"the reward for '{objective}'",
                    trainedBefore.Table.Column(k), trainedAfter.Table.Column(k), otherBefore.Table.Column(other), otherAfter.Table.Column(other), independent, seed));
        }
        return [.. findings.OfType<RunFinding>()];
    }

    private static RunFinding? Compare(string key, string what, double[] trainedBefore, double[] trainedAfter, double[] otherBefore, double[] otherAfter, string judge, long seed)
    {
        PairedDifference rise = PairedBootstrap.Compute(trainedBefore, trainedAfter, seed), fall = PairedBootstrap.Compute(otherBefore, otherAfter, seed);
        return rise.Interval.IsAboveZero && fall.Interval.IsBelowZero
            ? new RunFinding(key, Invariant($"The model earns more of {what} it was trained on ({rise.Mean:+0.000;-0.000}), but '{judge}', which it was not trained on, rates it lower ({fall.Mean:+0.000;-0.000}), both by more than noise, so it has learned to please the reward model and not its readers; read the latest completions, raise beta, train for fewer steps, or train the reward model on answers like those."))
            : null;
    }

    private static string Plain(string objective, string judge) => objective.StartsWith($"{judge}_", StringComparison.Ordinal) ? objective[(judge.Length + 1)..] : objective;
}
