namespace Plumbline.Core.Returns;

/// <summary>Settings of <see cref="PpoReturns"/>, with TRL's defaults.</summary>
public sealed record PpoReturnOptions
{
    /// <summary>β, the price of a nat of divergence (<c>kl_coef</c>); not below 0.</summary>
    public double KlCoefficient { get; init; } = 0.05;

    /// <summary>Which estimate of the divergence (<c>kl_estimator</c>).</summary>
    public KlEstimator KlEstimator { get; init; } = KlEstimator.K1;

    /// <summary>Whether token rewards are scaled to unit variance over the batch (<c>whiten_rewards</c>).</summary>
    public bool WhitenRewards { get; init; }

    /// <summary>γ, the discount per token, in [0, 1] (<c>gamma</c>).</summary>
    public double Gamma { get; init; } = 1.0;

    /// <summary>λ of the advantage estimate, in [0, 1] (<c>lam</c>).</summary>
    public double Lambda { get; init; } = 0.95;
}
