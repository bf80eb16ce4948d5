namespace Plumbline.Core.Advantages;

/// <summary>A soft punishment of completions that come near the length limit, to be added to the reward.</summary>
/// <remarks>
/// 0 up to maxLength − cache, then falling linearly to −1 at maxLength, −1 beyond. Source: Yu et al. 2025 (DAPO), arXiv:2503.14476, Eq. 13.
/// </remarks>
public static class OverlongPenalty
{
    /// <summary>The penalty of one completion.</summary>
    /// <param name="length">Tokens of the completion, not negative.</param>
    /// <param name="maxLength">L_max, the longest allowed, tokens, at least 1.</param>
    /// <param name="cache">L_cache, the width of the slope before it, tokens, in [0, <paramref name="maxLength"/>]; 0 = a step just after L_max.</param>
    /// <returns>In [−1, 0].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Of(int length, int maxLength, int cache)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(cache);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cache, maxLength);
        int free = maxLength - cache;
        return length <= free ? 0.0 : length > maxLength ? -1.0 : (free - length) / (double)cache;
    }
}
