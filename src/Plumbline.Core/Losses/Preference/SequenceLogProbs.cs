using TorchSharp;

namespace Plumbline.Core.Losses.Preference;

/// <summary>Log-probabilities of whole completions from those of their tokens.</summary>
public static class SequenceLogProbs
{
    /// <summary>Sums over the tokens of each completion; with <paramref name="ldAlpha"/> the tokens beyond the shorter one of a pair count in part.</summary>
    /// <remarks>Source of ld_alpha: Liu et al. 2024, arXiv:2409.06411 (LD-DPO): what a completion is longer than its rival weighs α, which takes the reward of mere length away.</remarks>
    /// <param name="tokenLogProbs">Nats, float32 or float64, (2P, T): P chosen, then P rejected; row i pairs with row i + P. With gradient, or without.</param>
    /// <param name="mask">True where the token belongs to the completion, bool, (2P, T); what stands at false is never read.</param>
    /// <param name="ldAlpha">α in [0, 1]; null = every token counts whole.</param>
    /// <returns>(2P), nats, with gradient to the tokens' log-probabilities, owned by the caller.</returns>
    /// <exception cref="ShapeException">The mask is shaped otherwise.</exception>
    /// <exception cref="ArgumentException">The rows are odd in number, or α is not in [0, 1].</exception>
    public static Tensor Sum(Tensor tokenLogProbs, Tensor mask, double? ldAlpha = null)
    {
        var shape = Shapes.Matrix(tokenLogProbs);
        Shapes.RequireFloat(tokenLogProbs);
        Shapes.Require(shape, mask);
        Shapes.RequireBool(mask);
        RequirePairs(shape.Rows, nameof(tokenLogProbs));
        if (ldAlpha is not (null or (>= 0 and <= 1)))
            throw new ArgumentException($"ldAlpha is {ldAlpha}, but a share of a token's weight lies between 0 and 1.", nameof(ldAlpha));
        using var scope = torch.NewDisposeScope();
        Tensor filled = tokenLogProbs.masked_fill(mask.logical_not(), 0.0);
        if (ldAlpha is not { } alpha)
            return filled.sum(1L).MoveToOuterDisposeScope();
        Tensor lengths = mask.sum(1L, type: torch.ScalarType.Int64).view(2, -1);                            // (2, P)
        Tensor common = lengths.amin([0L], keepdim: true).expand(2, -1).reshape(-1, 1);                     // (2P, 1)
        Tensor beyond = mask.to(torch.ScalarType.Int64).cumsum(1).gt(common);                               // (2P, T)
        Tensor weights = torch.ones_like(filled).masked_fill(beyond, alpha).detach();
        return (filled * weights).sum(1L).MoveToOuterDisposeScope();
    }

    internal static void RequirePairs(long rows, string name)
    {
        if (rows % 2 != 0)
            throw new ArgumentException($"{name} has {rows} rows, but P chosen and P rejected completions are an even number. Give both of every pair.", name);
    }
}
