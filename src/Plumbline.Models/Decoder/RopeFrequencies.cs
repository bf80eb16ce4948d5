using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Decoder;

/// <summary>Inverse frequencies of rotary embeddings, plain and scaled.</summary>
internal static class RopeFrequencies
{
    /// <summary>θ^(−2i/D) for i = 0..D/2−1, in radians a position, scaled by the rule that <paramref name="rope"/> names.</summary>
    public static double[] Inverse(RopeConfig rope, int headDim, int maxPositions)
    {
        double[] plain = [.. Enumerable.Range(0, headDim / 2).Select(i => 1.0 / Math.Pow(rope.Theta, 2.0 * i / headDim))];
        int original = rope.OriginalMaxPositionEmbeddings > 0 ? rope.OriginalMaxPositionEmbeddings : maxPositions;
        return rope.RopeType switch
        {
            "default" => plain,
            RopeConfig.None => new double[headDim / 2], // angles of 0: nothing turns
            "linear" => [.. plain.Select(f => f / rope.Factor)],
            "llama3" => [.. plain.Select(f => Llama3(f, rope, original))],
            RopeConfig.LongRope => [.. plain.Zip(rope.LongContext ? rope.LongFactor : rope.ShortFactor, (f, factor) => f / factor)],
            "yarn" => Yarn(plain, rope, headDim, original),
            _ => throw new CheckpointException($"rope type '{rope.RopeType}' is not supported; supported are default, linear, llama3, yarn and longrope."),
        };
    }

    /// <summary>yarn multiplies cosine and sine by 0.1·ln(factor) + 1 (arXiv:2309.00071, Eq. 22), longrope by √(1 + ln(factor)/ln(original context)) (arXiv:2404.14219), unless the checkpoint says otherwise; others by 1.</summary>
    public static double AttentionFactor(RopeConfig rope)
    {
        static double Scale(double factor, double mscale) => factor <= 1.0 ? 1.0 : 0.1 * mscale * Math.Log(factor) + 1.0;
        if (rope.RopeType is not ("yarn" or RopeConfig.LongRope))
            return 1.0;
        if (rope.AttentionFactor is { } given)
            return given;
        if (rope.RopeType == RopeConfig.LongRope)
            return rope.Factor <= 1.0 ? 1.0 : Math.Sqrt(1.0 + Math.Log(rope.Factor) / Math.Log(rope.OriginalMaxPositionEmbeddings));
        return rope is { Mscale: { } numerator, MscaleAllDim: { } denominator } && numerator != 0 && denominator != 0
            ? Scale(rope.Factor, numerator) / Scale(rope.Factor, denominator)
            : Scale(rope.Factor, 1.0);
    }

    // Long wavelengths are stretched, short ones kept, those between blended.
    private static double Llama3(double frequency, RopeConfig rope, int original)
    {
        double wavelength = 2.0 * Math.PI / frequency;
        if (wavelength < original / rope.HighFreqFactor)
            return frequency;
        if (wavelength > original / rope.LowFreqFactor)
            return frequency / rope.Factor;
        double smooth = (original / wavelength - rope.LowFreqFactor) / (rope.HighFreqFactor - rope.LowFreqFactor);
        return (1.0 - smooth) * frequency / rope.Factor + smooth * frequency;
    }

    private static double[] Yarn(double[] plain, RopeConfig rope, int headDim, int original)
    {
        double Dimension(double rotations) => headDim * Math.Log(original / (rotations * 2.0 * Math.PI)) / (2.0 * Math.Log(rope.Theta));
        double low = Dimension(rope.BetaFast), high = Dimension(rope.BetaSlow);
        if (rope.Truncate)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, headDim - 1));
        if (low == high)
            high += 0.001; // the ramp must not divide by zero
        return [.. plain.Select((f, i) =>
        {
            double interpolated = Math.Clamp((i - low) / (high - low), 0.0, 1.0);
            return f / rope.Factor * interpolated + f * (1.0 - interpolated);
        })];
    }
}
