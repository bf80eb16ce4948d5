namespace Plumbline.Quickstart.World;

/// <summary>A small random stream (SplitMix64) that gives the same numbers on every platform and .NET version.</summary>
/// <remarks>Not thread-safe: one stream belongs to one caller. Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".</remarks>
public sealed class WorldRandom
{
    private ulong _state;

    /// <summary>A stream for one row of one kind of data: equal arguments give equal streams, and rows do not depend on one another.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the stream is for; different purposes share nothing.</param>
    /// <param name="row">Index of the row.</param>
    public WorldRandom(long seed, int purpose = 0, long row = 0)
    {
        _state = unchecked((ulong)seed);
        _state = NextBits() ^ unchecked((ulong)purpose * 0xD1B54A32D192ED03UL);
        _state = NextBits() ^ unchecked((ulong)row * 0x8CB92BA72F3D8DD7UL);
        NextBits();
    }

    /// <summary>A whole number in [0, <paramref name="bound"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(((NextBits() >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the probability given.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A standard normal number (Box and Muller).</summary>
    public double NextGaussian() =>
        Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble())) * Math.Cos(2.0 * Math.PI * NextDouble());

    /// <summary>One item, all equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list is empty.</exception>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private ulong NextBits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            ulong bits = _state;
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
            return bits ^ (bits >> 31);
        }
    }
}
