using TorchSharp;

namespace Plumbline.Core.Returns;

/// <summary>Generalised advantage estimation, and the returns a critic learns.</summary>
/// <remarks>
/// δ_t = ρ_t + γ·V_{t+1} − V_t, A_t = δ_t + γλ·A_{t+1}, return_t = A_t + V_t; V and A are 0 past the last column.
/// Source: Schulman et al. 2015, arXiv:1506.02438, Eqs. 11 and 16. Detached. Owns its tensors.
/// </remarks>
public sealed class GeneralizedAdvantages : IDisposable
{
    private GeneralizedAdvantages(Tensor advantages, Tensor returns) => (Advantages, Returns) = (advantages, returns);

    /// <summary>A, not whitened, in the unit of the rewards, (B, T).</summary>
    public Tensor Advantages { get; }

    /// <summary>What the value of each state should have been, (B, T).</summary>
    public Tensor Returns { get; }

    /// <summary>Computes both from last token to first.</summary>
    /// <param name="rewards">ρ, float32 or float64, (B, T); 0 where nothing is earned.</param>
    /// <param name="values">V of the state before each token, same dtype, (B, T); 0 where there is no state.</param>
    /// <param name="gamma">γ, the discount per token, in [0, 1].</param>
    /// <param name="lambda">λ, in [0, 1]: 0 trusts the critic, 1 the rewards seen.</param>
    /// <exception cref="ShapeException">The shapes differ, or are no matrices.</exception>
    public static GeneralizedAdvantages Compute(Tensor rewards, Tensor values, double gamma, double lambda)
    {
        var shape = Shapes.Matrix(rewards);
        Shapes.RequireFloat(rewards);
        Shapes.Require(shape, values);
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor next = torch.cat([values.narrow(1, 1, shape.Columns - 1), torch.zeros_like(values.narrow(1, 0, 1))], 1);
        Tensor delta = rewards + next * gamma - values;                                             // (B, T)
        Tensor advantages = delta.clone();
        for (long t = shape.Columns - 2; t >= 0; t--)
        {
            using Tensor here = advantages.select(1, t), later = advantages.select(1, t + 1);
            here.add_(later, gamma * lambda);
        }
        return new GeneralizedAdvantages(advantages.DetachFromDisposeScope(), (advantages + values).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Advantages.Dispose();
        Returns.Dispose();
    }
}
