namespace Plumbline.Core.Statistics;

/// <summary>Random numbers that depend on nothing but (seed, round, place), so that a resampled figure is the same on every machine.</summary>
/// <remarks>The mixing function is SplitMix64's finaliser. Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".</remarks>
internal static class CounterDraws
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>A whole number in [0, <paramref name="bound"/>), fair to within 2^-32.</summary>
    internal static int Below(int bound, long seed, int round, int place) => (int)Math.BigMul(Bits(seed, round, place), (ulong)bound, out _);

    /// <summary>A fair coin.</summary>
    internal static bool Coin(long seed, int round, int place) => Bits(seed, round, place) >> 63 == 1;

    private static ulong Bits(long seed, int round, int place) =>
        Mix(Mix(Mix((ulong)seed + Gamma) + ((ulong)round + 1) * Gamma) + ((ulong)place + 1) * Gamma);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
