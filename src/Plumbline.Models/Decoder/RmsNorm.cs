using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>x / sqrt(mean(x²) + ε) · weight, over the last dimension, computed in float32.</summary>
/// <remarks>Source: Zhang and Sennrich 2019, arXiv:1910.07467, Eq. 4.</remarks>
public sealed class RmsNorm : IDisposable
{
    private readonly double _epsilon;

    /// <summary>Takes ownership of <paramref name="weight"/>, (width).</summary>
    public RmsNorm(string name, Tensor weight, double epsilon)
    {
        Name = name;
        Weight = weight.DetachFromDisposeScope();
        _epsilon = epsilon;
    }

    /// <summary>The checkpoint's name of the module, without <c>.weight</c>.</summary>
    public string Name { get; }

    /// <summary>(width).</summary>
    public Tensor Weight { get; }

    /// <summary>Whether it runs as one operation where it can; false runs the plain ones, to compare with.</summary>
    internal bool Fused { get; set; } = true;

    /// <summary>(..., width) to (..., width).</summary>
    public Tensor Forward(Tensor x)
    {
        if (Fused && RmsNormKernel.Takes(x, Weight))
            return torch.is_grad_enabled() && (x.requires_grad || Weight.requires_grad)
                ? RmsNormFunction.apply(x, Weight, _epsilon)
                : RmsNormKernel.Forward(x, Weight, _epsilon);
        if (x.dtype == torch.ScalarType.Float32 || x.dtype == torch.ScalarType.Float64)
            return x * Scale(x) * Weight;
        Tensor wide = x.to(torch.ScalarType.Float32);
        return (wide * Scale(wide)).to(x.dtype) * Weight;
    }

    private Tensor Scale(Tensor x) => x.square().mean([-1L], keepdim: true).add_(_epsilon).rsqrt_(); // (..., 1)

    /// <inheritdoc/>
    public void Dispose() => Weight.Dispose();
}
