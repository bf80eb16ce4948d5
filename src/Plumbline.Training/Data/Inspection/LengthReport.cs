namespace Plumbline.Training.Data.Inspection;

/// <summary>How long rows are, in tokens, or in characters where no tokenizer was given.</summary>
/// <param name="Min">The shortest.</param>
/// <param name="Median">Half of the rows are at most so long.</param>
/// <param name="P95">95 of 100 rows are at most so long.</param>
/// <param name="Max">The longest.</param>
/// <param name="Total">All together.</param>
/// <param name="Histogram">Rows by length, in steps of powers of two: up to 1, 2, 4, 8, ...</param>
public sealed record LengthReport(int Min, int Median, int P95, int Max, long Total, IReadOnlyList<LengthBin> Histogram)
{
    /// <summary>The report of some lengths.</summary>
    /// <param name="lengths">At least one.</param>
    public static LengthReport Of(IReadOnlyCollection<int> lengths)
    {
        int[] sorted = [.. lengths.Order()];
        int At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        return new LengthReport(sorted[0], At(0.5), At(0.95), sorted[^1], sorted.Sum(length => (long)length), Bins(sorted));
    }

    private static LengthBin[] Bins(int[] sorted)
    {
        ILookup<int, int> bins = sorted.ToLookup(length => int.Log2(Math.Max(length - 1, 0) * 2 + 1));
        int first = bins.Min(bin => bin.Key), last = bins.Max(bin => bin.Key);
        return [.. Enumerable.Range(first, last - first + 1).Select(bin => new LengthBin(1L << bin, bins[bin].Count()))];
    }
}
