using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>x / sqrt(mean(x²) + ε) · (1 + weight), over the last dimension, computed in float32 to the end.</summary>
/// <remarks>As the Gemma families have it: a weight of zero scales by one.</remarks>
internal sealed class UnitOffsetNorm(string name, Tensor weight, double epsilon) : Norm(name, weight)
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        torch.ScalarType wide = x.dtype == torch.ScalarType.Float64 ? x.dtype : torch.ScalarType.Float32;
        Tensor scaled = RmsNorm.Apply(x.to(wide), Weight.to(wide) + 1.0, epsilon, Fused);
        return scaled.to(x.dtype);
    }
}
