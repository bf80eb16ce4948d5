using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>Leaves only the tokens at which the policy was most undecided in the surrogate (TRL's <c>top_entropy_quantile</c>; arXiv:2506.01939).</summary>
public static class HighEntropyMask
{
    /// <summary>The entropy that the given fraction of the counted tokens reaches: their (1 − fraction) quantile, interpolated linearly.</summary>
    /// <param name="entropies">Nats, float, (B, T).</param>
    /// <param name="mask">True where the token counts, bool, (B, T).</param>
    /// <param name="fraction">In [0, 1].</param>
    /// <returns>Nats; positive infinity where nothing counts.</returns>
    /// <exception cref="ShapeException">The shapes differ, or are no matrices.</exception>
    public static double Threshold(Tensor entropies, Tensor mask, double fraction)
    {
        Shapes.Require(Shapes.Matrix(mask), entropies);
        Shapes.RequireBool(mask);
        using var scope = torch.NewDisposeScope();
        Tensor counted = entropies.detach().masked_select(mask);
        return counted.numel() == 0 ? double.PositiveInfinity : counted.quantile(torch.tensor(1.0 - fraction, counted.dtype, counted.device)).ToDouble();
    }

    /// <summary>True at counted tokens whose entropy is at least the threshold.</summary>
    /// <param name="entropies">Nats, float, (B, T).</param>
    /// <param name="mask">True where the token counts, bool, (B, T).</param>
    /// <param name="threshold">Nats.</param>
    /// <returns>bool, (B, T), owned by the caller.</returns>
    /// <exception cref="ShapeException">The shapes differ, or are no matrices.</exception>
    public static Tensor Above(Tensor entropies, Tensor mask, double threshold)
    {
        Shapes.Require(Shapes.Matrix(mask), entropies);
        Shapes.RequireBool(mask);
        using var scope = torch.NewDisposeScope();
        return entropies.detach().ge(threshold).logical_and(mask).MoveToOuterDisposeScope();
    }
}
