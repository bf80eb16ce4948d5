namespace Plumbline.Training.Data;

/// <summary>Orders that depend on a seed and an epoch alone, the same on every machine and in every version of .NET.</summary>
/// <remarks>
/// The random number of draw i is SplitMix64's mix of (key + (i + 1)·γ), so no state is carried; the order is Fisher and Yates's.
/// Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators". Thread-safe.
/// </remarks>
public static class DeterministicShuffle
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>A permutation of 0 .. count − 1.</summary>
    /// <param name="count">Number of rows, at least 0.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The pass over the data.</param>
    /// <returns>The rows in their order, (count).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static int[] Order(int count, long seed, long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ulong key = Key(seed, epoch);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            // The high half of the 128-bit product is an index below i + 1, fair to within 2^-32.
            int j = (int)Math.BigMul(Mix(key + (ulong)(count - i) * Gamma), (ulong)i + 1, out _);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Parts rows into those to train on and those held out, both in their first order.</summary>
    /// <param name="count">Number of rows, at least 0.</param>
    /// <param name="fraction">Share held out, in [0, 1); above 0 at least one row is, and at least one is left, where there are two.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>Indices of the rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is not in [0, 1), or <paramref name="count"/> is negative.</exception>
    public static (int[] Train, int[] HeldOut) Split(int count, double fraction, long seed)
    {
        if (fraction is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The share held out must be at least 0 and below 1.");
        const long SplitEpoch = -1;                                 // no pass over the data has this order
        int heldOut = fraction == 0 || count < 2 ? 0 : Math.Clamp((int)Math.Round(count * fraction), 1, count - 1);
        int[] order = Order(count, seed, SplitEpoch);
        return ([.. order[heldOut..].Order()], [.. order[..heldOut].Order()]);
    }

    /// <summary>A number of draw <paramref name="draw"/>, in [0, 1), to 53 bits.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="draw">Which draw, from 0.</param>
    internal static double Fraction(long seed, long draw)
    {
        const long DrawEpoch = -2;                                  // no pass over the data and no split has this key
        ulong key = Key(seed, DrawEpoch);
        return (Mix(key + (ulong)(draw + 1) * Gamma) >> 11) * Math.ScaleB(1, -53);
    }

    private static ulong Key(long seed, long epoch) => Mix(Mix((ulong)seed + Gamma) + (ulong)epoch * Gamma);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
