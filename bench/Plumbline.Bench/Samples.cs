namespace Plumbline.Bench;

/// <summary>Repeated measurements of one thing.</summary>
internal sealed record Samples(IReadOnlyList<double> Values)
{
    /// <summary>The middle value; of an even count, the mean of the two in the middle.</summary>
    public double Median
    {
        get
        {
            double[] sorted = [.. Values.Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    public double Least => Values.Min();

    public double Greatest => Values.Max();

    /// <summary>Range over median: how far the repetitions lie apart.</summary>
    public double Spread => (Greatest - Least) / Median;

    /// <summary>Each value turned into another, such as seconds into tokens a second.</summary>
    public Samples Select(Func<double, double> change) => new([.. Values.Select(change)]);

    /// <summary>Round by round, this over that: what both suffered alike cancels.</summary>
    public Samples Over(Samples other) => new([.. Values.Zip(other.Values, (mine, theirs) => mine / theirs)]);
}
