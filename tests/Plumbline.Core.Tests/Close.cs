using TorchSharp;

namespace Plumbline.Core.Tests;

/// <summary>Elementwise comparison that tells the largest difference; NaN equals nothing.</summary>
internal static class Close
{
    internal static void To(Tensor expected, Tensor actual, double absolute = 1e-6, double relative = 2e-6)
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        Numbers(Doubles(expected), Doubles(actual), absolute, relative);
    }

    internal static void To(double[] expected, Tensor actual, double absolute = 1e-6, double relative = 2e-6) =>
        Numbers(expected, Doubles(actual), absolute, relative);

    /// <remarks>Named apart: TorchSharp turns arrays into tensors implicitly, and an overload would be chosen by that.</remarks>
    internal static void Numbers(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double absolute = 1e-6, double relative = 2e-6)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= absolute + relative * Math.Abs(expected[i]),
                $"element {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }

    internal static double[] Doubles(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().to(torch.ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
