using TorchSharp;

namespace Plumbline.Core.Returns;

/// <summary>Which states of a completion have a value: those before each of its tokens, and the one after the last.</summary>
public static class ValueMask
{
    /// <summary>True at t when token t or token t − 1 counts; column 0 always, for the state before any token exists.</summary>
    /// <remarks>The state after the last token has no column when the completion fills the matrix; then its value is 0 by definition.</remarks>
    /// <param name="mask">True where the token belongs to the completion, a run of trues from column 0, bool, (B, T), T at least 1.</param>
    /// <returns>bool, (B, T), owned by the caller.</returns>
    /// <exception cref="ShapeException">The mask is no matrix.</exception>
    public static Tensor Of(Tensor mask)
    {
        (long rows, long columns) = Shapes.Matrix(mask);
        Shapes.RequireBool(mask);
        using var scope = torch.NewDisposeScope();
        Tensor first = torch.ones(rows, 1, dtype: torch.ScalarType.Bool, device: mask.device);
        return torch.cat([first, mask.narrow(1, 0, columns - 1)], 1).MoveToOuterDisposeScope();
    }
}
