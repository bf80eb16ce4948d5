using Plumbline.Training.Evaluation;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Evaluation;

/// <summary>Scores of one objective, made by hand.</summary>
internal static class Reports
{
    /// <summary>Rows whose scores alternate about a mean: mean − 0.1, mean + 0.1, ...</summary>
    public static double[] Around(double mean, int rows = 40) => [.. Enumerable.Range(0, rows).Select(i => mean + (i % 2 == 0 ? -0.1 : 0.1))];

    public static JudgeScores Scores(string name, string objective, params double[] scores) =>
        JudgeScores.Of(name, new RewardTable([objective], [.. scores.Select(s => new[] { s })]), null, seed: 0);
}
