namespace Plumbline.Training.Rewards;

/// <summary>Scores of B completions on M named objectives; NaN where an objective does not apply.</summary>
/// <param name="Objectives">Names of the columns.</param>
/// <param name="Scores">[row][objective].</param>
public sealed record RewardTable(IReadOnlyList<string> Objectives, double[][] Scores)
{
    /// <summary>By objective, the rows that its source should have scored and could not; objectives whose source cannot fail are absent. Those rows are NaN.</summary>
    public IReadOnlyDictionary<string, int> Failures { get; init; } = new Dictionary<string, int>();

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
        return new RewardTable(names, [.. Enumerable.Range(0, tables[0].Count).Select(i => tables.SelectMany(t => t.Scores[i]).ToArray())]) { Failures = Sum(tables) };
    }

    /// <summary>Rows of several tables of the same objectives, one table after another.</summary>
    public static RewardTable Stack(IReadOnlyList<RewardTable> tables) => tables[0] with { Scores = [.. tables.SelectMany(t => t.Scores)], Failures = Sum(tables) };

    /// <summary>The failures of several tables by objective.</summary>
    internal static Dictionary<string, int> Sum(IEnumerable<RewardTable> tables) =>
        tables.SelectMany(t => t.Failures).GroupBy(f => f.Key, f => f.Value).ToDictionary(f => f.Key, f => f.Sum());

    /// <summary>The same rows in another order: row i becomes what row <paramref name="order"/>[i] was.</summary>
    public RewardTable Reorder(IReadOnlyList<int> order) => this with { Scores = [.. order.Select(i => Scores[i])] };
}
