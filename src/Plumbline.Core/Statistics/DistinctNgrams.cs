namespace Plumbline.Core.Statistics;

/// <summary>How varied texts are, by their runs of n tokens or words.</summary>
/// <remarks>Source: Li et al. 2016, arXiv:1510.03055, section 5.2 ("distinct-1", "distinct-2").</remarks>
public static class DistinctNgrams
{
    /// <summary>Different n-grams of all texts together over all n-grams: low where every answer says the same.</summary>
    /// <param name="texts">Texts as tokens or words; those shorter than n have none.</param>
    /// <param name="n">Length of a run, at least 1.</param>
    /// <returns>In (0, 1]; NaN where no text is long enough.</returns>
    public static double Share<T>(IEnumerable<IReadOnlyList<T>> texts, int n)
        where T : notnull
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var seen = new HashSet<Run<T>>();
        long all = 0;
        foreach (IReadOnlyList<T> text in texts)
            for (int at = 0; at + n <= text.Count; at++, all++)
                seen.Add(new Run<T>(text, at, n));
        return all == 0 ? double.NaN : (double)seen.Count / all;
    }

    /// <summary>The share of one text's n-grams that stood in it before: 0 where nothing is repeated.</summary>
    /// <param name="text">The text as tokens or words.</param>
    /// <param name="n">Length of a run, at least 1.</param>
    /// <returns>In [0, 1); 0 for a text shorter than n.</returns>
    public static double RepeatedShare<T>(IReadOnlyList<T> text, int n)
        where T : notnull => text.Count < n ? 0 : 1 - Share([text], n);

    // A window on the text itself: n-grams are compared without being copied out.
    private readonly struct Run<T>(IReadOnlyList<T> text, int start, int length) : IEquatable<Run<T>>
        where T : notnull
    {
        public bool Equals(Run<T> other)
        {
            for (int i = 0; i < length; i++)
                if (!EqualityComparer<T>.Default.Equals(text[start + i], other.At(i)))
                    return false;
            return true;
        }

        public override bool Equals(object? other) => other is Run<T> run && Equals(run);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            for (int i = 0; i < length; i++)
                hash.Add(text[start + i]);
            return hash.ToHashCode();
        }

        private T At(int place) => text[start + place];
    }
}
