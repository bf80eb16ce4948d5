using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>x / sqrt(mean(x²) + ε) · weight, over the last dimension, computed in float32.</summary>
/// <remarks>Source: Zhang and Sennrich 2019, arXiv:1910.07467, Eq. 4.</remarks>
/// <param name="name">The checkpoint's name of the module, without <c>.weight</c>.</param>
/// <param name="weight">(width); taken over.</param>
/// <param name="epsilon">Added to the mean square.</param>
public sealed class RmsNorm(string name, Tensor weight, double epsilon) : Norm(name, weight)
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.dtype == torch.ScalarType.Float32 || x.dtype == torch.ScalarType.Float64)
            return Apply(x, Weight, epsilon, Fused);
        Tensor wide = x.to(torch.ScalarType.Float32);
        return (wide * Scale(wide, epsilon)).to(x.dtype) * Weight;
    }

    /// <summary>The norm of x, float32 or float64, (..., width), under any weight of its type, (width).</summary>
    internal static Tensor Apply(Tensor x, Tensor weight, double epsilon, bool fused)
    {
        if (!fused || !RmsNormKernel.Takes(x, weight))
            return x * Scale(x, epsilon) * weight;
        return torch.is_grad_enabled() && (x.requires_grad || weight.requires_grad)
            ? RmsNormFunction.Run(x, weight, epsilon)
            : RmsNormKernel.Forward(x, weight, epsilon);
    }

    private static Tensor Scale(Tensor x, double epsilon) => x.square().mean([-1L], keepdim: true).add_(epsilon).rsqrt_(); // (..., 1)
}
