using TorchSharp;

namespace Plumbline.Core.Returns;

/// <summary>Scales the counted elements of a matrix to unit variance and, at will, to mean 0.</summary>
/// <remarks>
/// (x − μ)·(σ² + 1e-8)^−½, plus μ again where the mean is kept; μ and the unbiased σ² are over counted elements.
/// With fewer than two of them σ² is 0. Source: TRL's <c>masked_whiten</c>.
/// </remarks>
public static class MaskedWhitening
{
    private const double Epsilon = 1e-8;

    /// <summary>Whitens.</summary>
    /// <param name="values">Any unit, float32 or float64, (B, T); may hold anything outside the mask.</param>
    /// <param name="mask">True where the element counts, bool, (B, T).</param>
    /// <param name="shiftMean">False keeps the mean where it was.</param>
    /// <returns>Dimensionless, 0 outside the mask, detached, (B, T), owned by the caller.</returns>
    /// <exception cref="ShapeException">The shapes differ, or are no matrices.</exception>
    public static Tensor Compute(Tensor values, Tensor mask, bool shiftMean = true)
    {
        Shapes.Require(Shapes.Matrix(values), mask);
        Shapes.RequireFloat(values);
        Shapes.RequireBool(mask);
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor outside = mask.logical_not();
        Tensor count = mask.sum(type: torch.ScalarType.Int64).to(values.dtype);
        Tensor mean = values.masked_fill(outside, 0.0).sum() / count.clamp_min(1.0);
        Tensor deviation = (values - mean).masked_fill(outside, 0.0);
        Tensor variance = deviation.square().sum() / (count - 1.0).clamp_min(1.0);
        Tensor whitened = deviation * (variance + Epsilon).rsqrt();
        return (shiftMean ? whitened : (whitened + mean).masked_fill(outside, 0.0)).MoveToOuterDisposeScope();
    }
}
