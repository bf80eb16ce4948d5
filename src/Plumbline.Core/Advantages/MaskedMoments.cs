using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>Deviation from the mean and unbiased standard deviation along dimension 1, over counted elements only.</summary>
/// <remarks>
/// A column with fewer than two counted elements, or whose spread is no more than the rounding of its values, is constant:
/// its deviations and its standard deviation are exactly 0. So noise in the last digits is never blown up by a small divisor.
/// </remarks>
internal static class MaskedMoments
{
    /// <param name="values">float64, (N, G, K), finite.</param>
    /// <param name="counted">bool, (N, G, K).</param>
    /// <param name="magnitude">The size of the numbers of which the values were made, float64, (N, G, K): what rounding is relative to.</param>
    /// <param name="rounding">Relative rounding of the values; a standard deviation up to this times the magnitude is none.</param>
    /// <returns>Deviations (N, G, K), 0 where not counted, and standard deviations (N, 1, K), in the caller's dispose scope.</returns>
    internal static (Tensor Deviation, Tensor Std) Compute(Tensor values, Tensor counted, Tensor magnitude, double rounding)
    {
        using var scope = torch.NewDisposeScope();
        Tensor weight = counted.to(torch.ScalarType.Float64);
        Tensor count = weight.sum(1L, keepdim: true);                                       // (N, 1, K)
        Tensor mean = (values * weight).sum(1L, keepdim: true) / count.clamp_min(1.0);
        Tensor deviation = (values - mean) * weight;
        Tensor variance = deviation.square().sum(1L, keepdim: true) / (count - 1.0).clamp_min(1.0);
        Tensor std = variance.sqrt();
        Tensor constant = std.le((magnitude.abs() * weight).amax([1L], keepdim: true) * rounding);
        return (deviation.masked_fill(constant, 0.0).MoveToOuterDisposeScope(), std.masked_fill(constant, 0.0).MoveToOuterDisposeScope());
    }
}
