namespace Plumbline.Training.Rewards;

/// <summary>Scores of B completions on M named objectives; NaN where an objective does not apply.</summary>
/// <param name="Objectives">Names of the columns.</param>
/// <param name="Scores">[row][objective].</param>
public sealed record RewardTable(IReadOnlyList<string> Objectives, double[][] Scores)
{
    /// <summary>Completions, B.</summary>
    public int Count => Scores.Length;

    /// <summary>One objective's scores, B of them.</summary>
    public double[] Column(int objective) => [.. Scores.Select(row => row[objective])];

    /// <summary>Columns of several tables side by side.</summary>
    /// <exception cref="ArgumentException">Two tables share an objective's name, or their rows differ in number.</exception>
    public static RewardTable Join(IReadOnlyList<RewardTable> tables)
    {
        string[] names = [.. tables.SelectMany(t => t.Objectives)];
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two reward sources both score '{twice.Key}'. Give one of them another name.");
        if (tables.Select(t => t.Count).Distinct().Count() != 1)
            throw new ArgumentException("The reward sources scored different numbers of rows.");
        return new RewardTable(names, [.. Enumerable.Range(0, tables[0].Count).Select(i => tables.SelectMany(t => t.Scores[i]).ToArray())]);
    }

    /// <summary>The same rows in another order: row i becomes what row <paramref name="order"/>[i] was.</summary>
    public RewardTable Reorder(IReadOnlyList<int> order) => this with { Scores = [.. order.Select(i => Scores[i])] };
}
