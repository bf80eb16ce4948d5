namespace Plumbline.Core.Statistics;

/// <summary>Ranks from 1; equal values share the mean of the ranks they take.</summary>
internal static class Ranks
{
    internal static double[] Of(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        int[] order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        double[] ranks = new double[sorted.Length];
        for (int first = 0, next; first < sorted.Length; first = next)
        {
            for (next = first + 1; next < sorted.Length && sorted[next] == sorted[first]; next++) { }
            for (int i = first; i < next; i++)
                ranks[order[i]] = (first + 1 + next) / 2.0;
        }
        return ranks;
    }
}
