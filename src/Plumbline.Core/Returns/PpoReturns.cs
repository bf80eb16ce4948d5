using TorchSharp;

namespace Plumbline.Core.Returns;

/// <summary>All that PPO-RLHF derives from one batch of rollouts before its first update: token rewards, advantages, returns.</summary>
/// <remarks>
/// Order: token rewards, at will whitened without moving their mean, GAE, advantages whitened over tokens.
/// Source: Huang et al. 2024, arXiv:2403.17031, as TRL computes it. Detached. Owns its tensors.
/// </remarks>
public sealed class PpoReturns : IDisposable
{
    private PpoReturns(Tensor rewards, Tensor kl, Tensor advantages, Tensor returns) =>
        (Rewards, Kl, Advantages, Returns) = (rewards, kl, advantages, returns);

    /// <summary>ρ, whitened where that is asked for, (B, T).</summary>
    public Tensor Rewards { get; }

    /// <summary>The divergence estimate per token, nats, 0 outside the mask, (B, T).</summary>
    public Tensor Kl { get; }

    /// <summary>Whitened over the counted tokens of the batch, 0 elsewhere, (B, T).</summary>
    public Tensor Advantages { get; }

    /// <summary>What the critic shall learn, (B, T).</summary>
    public Tensor Returns { get; }

    /// <summary>Computes them.</summary>
    /// <param name="logProbs">Under the policy that sampled, nats, float32 or float64, (B, T).</param>
    /// <param name="referenceLogProbs">Under the frozen reference, (B, T).</param>
    /// <param name="values">The critic's value of the state before each token, (B, T); read where <see cref="ValueMask"/> is true.</param>
    /// <param name="scores">One per completion, (B).</param>
    /// <param name="mask">True where the token belongs to the completion, a run of trues from column 0, bool, (B, T).</param>
    /// <param name="options">Price of divergence, discount, whitening.</param>
    /// <exception cref="ShapeException">A tensor has not the shape given above.</exception>
    public static PpoReturns Compute(
        Tensor logProbs, Tensor referenceLogProbs, Tensor values, Tensor scores, Tensor mask, PpoReturnOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Shapes.Require(Shapes.Matrix(logProbs), values);
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using TokenRewards token = TokenRewards.Compute(logProbs, referenceLogProbs, scores, mask, options.KlCoefficient, options.KlEstimator);
        Tensor states = ValueMask.Of(mask);
        Tensor known = values.to(logProbs.dtype).masked_fill(states.logical_not(), 0.0);
        Tensor rewards = options.WhitenRewards ? MaskedWhitening.Compute(token.Rewards, states, shiftMean: false) : token.Rewards;
        using GeneralizedAdvantages gae = GeneralizedAdvantages.Compute(rewards, known, options.Gamma, options.Lambda);
        return new PpoReturns(
            rewards.clone().DetachFromDisposeScope(), token.Kl.clone().DetachFromDisposeScope(),
            MaskedWhitening.Compute(gae.Advantages, mask).DetachFromDisposeScope(), gae.Returns.clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rewards.Dispose();
        Kl.Dispose();
        Advantages.Dispose();
        Returns.Dispose();
    }
}
