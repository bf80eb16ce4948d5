using Plumbline.Training.Rewards;

namespace Plumbline.Training.Evaluation;

/// <summary>What one judge says of the answers.</summary>
/// <param name="Name">The judge's name.</param>
/// <param name="Objectives">Each objective's figures, in the order of the table's columns.</param>
/// <param name="Total">The same for the weighted sum.</param>
/// <param name="Table">Every row's scores.</param>
/// <param name="RowTotals">Every row's weighted sum of the objectives that apply to it; NaN where none does.</param>
public sealed record JudgeScores(string Name, IReadOnlyDictionary<string, ObjectiveScore> Objectives, ObjectiveScore Total, RewardTable Table, IReadOnlyList<double> RowTotals)
{
    /// <summary>Summarises a table of scores.</summary>
    /// <param name="name">The judge's name.</param>
    /// <param name="table">Scores, (B, M).</param>
    /// <param name="weights">As in <see cref="NamedJudge.Weights"/>.</param>
    /// <param name="seed">Seed of the intervals.</param>
    public static JudgeScores Of(string name, RewardTable table, IReadOnlyDictionary<string, double>? weights, long seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        double[] w = [.. table.Objectives.Select(o => weights is not null && weights.TryGetValue(o, out double weight) ? weight : 1.0)];
        double[] totals = [.. table.Scores.Select(row => Sum(row, w))];
        return new JudgeScores(
            name, table.Objectives.Select((o, k) => (o, score: ObjectiveScore.Of(table.Column(k), seed))).ToDictionary(o => o.o, o => o.score),
            ObjectiveScore.Of(totals, seed), table, totals);
    }

    private static double Sum(double[] row, double[] weights)
    {
        double sum = 0;
        bool any = false;
        for (int k = 0; k < row.Length; k++)
            if (!double.IsNaN(row[k]))
                (sum, any) = (sum + weights[k] * row[k], true);
        return any ? sum : double.NaN;
    }
}
