namespace Plumbline.Core.Statistics;

/// <summary>Tests whether paired differences lie around 0, by flipping their signs.</summary>
/// <remarks>Source: Fisher 1935, "The Design of Experiments", section 21; the sampled form with its added one: Phipson and Smyth 2010, "Permutation p-values should never be zero".</remarks>
public static class SignFlipTest
{
    private const int ExactUpTo = 12;
    private const int Flips = 2000;

    /// <summary>The two-sided p-value: the share of sign patterns whose sum is at least as far from 0 as the one seen.</summary>
    /// <param name="differences">After − before, one a pair.</param>
    /// <param name="seed">Seed of the sampled patterns; all 2^n are taken for up to 12 pairs.</param>
    /// <returns>In (0, 1]; NaN for no differences or a NaN among them.</returns>
    public static double PValue(ReadOnlySpan<double> differences, long seed)
    {
        if (differences.Length == 0 || Samples.HoldsNaN(differences))
            return double.NaN;
        double sum = 0, size = 0;
        foreach (double difference in differences)
            (sum, size) = (sum + difference, size + Math.Abs(difference));
        double seen = Math.Abs(sum) - 1e-12 * size; // patterns equal but for rounding count as equal
        bool exact = differences.Length <= ExactUpTo;
        int patterns = exact ? 1 << differences.Length : Flips, extreme = 0;
        for (int pattern = 0; pattern < patterns; pattern++)
        {
            double flipped = 0;
            for (int i = 0; i < differences.Length; i++)
                flipped += (exact ? (pattern >> i & 1) == 1 : CounterDraws.Coin(seed, pattern, i)) ? -differences[i] : differences[i];
            if (Math.Abs(flipped) >= seen)
                extreme++;
        }
        return exact ? (double)extreme / patterns : (extreme + 1.0) / (patterns + 1.0);
    }
}
