namespace Plumbline.Core.Returns;

/// <summary>Which estimate of the divergence from the reference the token rewards subtract (TRL's <c>kl_estimator</c>).</summary>
public enum KlEstimator
{
    /// <summary>log π − log π_ref: unbiased, of either sign.</summary>
    K1,

    /// <summary>exp(d) − 1 − d with d = log π_ref − log π: unbiased and never negative.</summary>
    K3,
}
