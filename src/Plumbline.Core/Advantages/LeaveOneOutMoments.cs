using TorchSharp;

namespace Plumbline.Core.Advantages;

/// <summary>Deviation of each element from the mean of the others along dimension 1, and the unbiased standard deviation of those others.</summary>
/// <remarks>An element without others has deviation 0; fewer than two others, or others that differ by rounding alone, have standard deviation 0.</remarks>
internal static class LeaveOneOutMoments
{
    /// <inheritdoc cref="MaskedMoments.Compute"/>
    /// <returns>Both (N, G, K), 0 where not counted, in the caller's dispose scope.</returns>
    internal static (Tensor Deviation, Tensor Std) Compute(Tensor values, Tensor counted, Tensor magnitude, double rounding)
    {
        using var scope = torch.NewDisposeScope();
        long g = values.shape[1];
        Tensor weight = counted.to(torch.ScalarType.Float64);
        Tensor apart = 1.0 - torch.eye(g, dtype: torch.ScalarType.Float64, device: values.device);
        Tensor others = weight.unsqueeze(1) * apart.view(1, g, g, 1);                                   // (N, G, G others, K)
        Tensor count = others.sum(2L);                                                                  // (N, G, K)
        Tensor each = values.unsqueeze(1);
        Tensor mean = (each * others).sum(2L) / count.clamp_min(1.0);
        Tensor spread = ((each - mean.unsqueeze(2)).square() * others).sum(2L) / (count - 1.0).clamp_min(1.0);
        Tensor size = (magnitude.abs() * weight).amax([1L], keepdim: true) * rounding;                  // (N, 1, K)
        Tensor deviation = ((values - mean) * weight).masked_fill(count.eq(0.0), 0.0);
        Tensor std = spread.sqrt() * weight;
        return (deviation.masked_fill(deviation.abs().le(size), 0.0).MoveToOuterDisposeScope(), std.masked_fill(std.le(size), 0.0).MoveToOuterDisposeScope());
    }
}
