using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>Leaves completions that ran into the length limit out of the loss (TRL's <c>mask_truncated_completions</c>; DAPO, arXiv:2503.14476, Section 3.4).</summary>
public static class TruncatedCompletions
{
    /// <summary>The mask with every row of a truncated completion set to false.</summary>
    /// <param name="mask">True where the token belongs to the completion, bool, (B, T).</param>
    /// <param name="truncated">True where the completion ended without an end token, bool, (B).</param>
    /// <returns>A new mask, bool, (B, T), owned by the caller.</returns>
    /// <exception cref="ShapeException">The row counts differ, or the mask is no matrix.</exception>
    /// <exception cref="ArgumentException">A dtype is not bool.</exception>
    public static Tensor Mask(Tensor mask, Tensor truncated)
    {
        Shapes.Require(Shapes.Matrix(mask).Rows, truncated);
        Shapes.RequireBool(mask);
        Shapes.RequireBool(truncated);
        using var scope = torch.NewDisposeScope();
        return mask.logical_and(truncated.logical_not().unsqueeze(1)).MoveToOuterDisposeScope();
    }
}
