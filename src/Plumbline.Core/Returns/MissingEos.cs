using TorchSharp;

namespace Plumbline.Core.Returns;

/// <summary>A penalty for completions that never said they were done.</summary>
public static class MissingEos
{
    /// <summary>Subtracts <paramref name="penalty"/> from the score of every completion without an end-of-text token. Source: TRL's <c>missing_eos_penalty</c>.</summary>
    /// <param name="scores">One per completion, float, (B).</param>
    /// <param name="ended">True where the completion holds its end-of-text token, bool, (B).</param>
    /// <param name="penalty">In the unit of the scores, not below 0.</param>
    /// <returns>(B), owned by the caller.</returns>
    /// <exception cref="ShapeException">The shapes differ, or are no vectors.</exception>
    public static Tensor Apply(Tensor scores, Tensor ended, double penalty)
    {
        Shapes.RequireFloat(scores);
        Shapes.Require(scores.numel(), scores);
        Shapes.Require(scores.numel(), ended);
        Shapes.RequireBool(ended);
        using var scope = torch.NewDisposeScope();
        return torch.where(ended, scores, scores - penalty).MoveToOuterDisposeScope();
    }
}
