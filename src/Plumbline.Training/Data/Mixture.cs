using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data;

/// <summary>Which rows of which sources a pass over a mix takes.</summary>
public static class Mixture
{
    /// <summary>Draws sources in proportion to their weights, and from each its rows in a shuffled order, until one or all have given their last.</summary>
    /// <remarks>
    /// The rule is that of Hugging Face's <c>interleave_datasets</c> with probabilities; the draws are ours, so that a seed gives the same mix everywhere.
    /// Departure: a source's rows are taken in an order of their own for each time around, not in the file's, so that a part of a source is no beginning of it.
    /// </remarks>
    /// <param name="counts">Rows of each source, each at least 1.</param>
    /// <param name="weights">Its weight, above 0.</param>
    /// <param name="strategy">When to stop.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>Source and row of each place of the mix.</returns>
    public static IReadOnlyList<(int Source, int Row)> Interleave(IReadOnlyList<int> counts, IReadOnlyList<double> weights, StoppingStrategy strategy, long seed)
    {
        double total = weights.Sum();
        int[][] orders = [.. counts.Select((count, source) => Order(count, source, 0, seed))];
        int[] taken = new int[counts.Count], rounds = new int[counts.Count];
        bool IsDone() => strategy is StoppingStrategy.FirstExhausted ? rounds.Any(round => round > 0) : rounds.All(round => round > 0);
        var mix = new List<(int, int)>();
        while (!IsDone())
        {
            int source = Choose(weights, total * DeterministicShuffle.Fraction(seed, mix.Count));
            mix.Add((source, orders[source][taken[source]]));
            if (++taken[source] == counts[source])
            {
                taken[source] = 0;
                orders[source] = Order(counts[source], source, ++rounds[source], seed);
            }
        }
        return mix;
    }

    private static int[] Order(int count, int source, int round, long seed) => DeterministicShuffle.Order(count, unchecked(seed + (source + 1L) * 1_000_003), round);

    private static int Choose(IReadOnlyList<double> weights, double point)
    {
        int source = 0;
        while (source < weights.Count - 1 && point >= weights[source])
            point -= weights[source++];
        return source;
    }
}
