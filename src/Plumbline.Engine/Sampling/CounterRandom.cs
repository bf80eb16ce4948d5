namespace Plumbline.Engine.Sampling;

/// <summary>Uniform numbers that depend on nothing but their coordinates, so that a row's tokens do not depend on its batch-mates.</summary>
/// <remarks>The mixing function is SplitMix64's finaliser (Steele, Lea and Flood 2014), applied once per coordinate.</remarks>
public static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A number in [0, 1) for one token of one completion of one prompt.</summary>
    public static double Uniform(long seed, long prompt, long completion, long position) =>
        (Mix(Mix(Mix(Mix((ulong)seed) ^ (ulong)prompt) ^ (ulong)completion) ^ (ulong)position) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong x)
    {
        x += Golden;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
