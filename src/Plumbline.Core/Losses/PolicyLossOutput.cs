namespace Plumbline.Core.Losses;

/// <summary>A loss and what is to be said about it. Disposing it disposes the loss.</summary>
/// <param name="Loss">The quantity to be minimised: a scalar with gradient to the log-probabilities, owned by the caller.</param>
/// <param name="Metrics">
/// TRL's names: <c>kl</c> (with a penalty), <c>entropy</c> (when given), <c>clip_ratio/{low_mean, low_min, high_mean, high_max, region_mean}</c>,
/// <c>cispo_clip_ratio</c>, <c>vespo/phi_seq_mean</c>, <c>policy_loss</c> and <c>entropy_coef</c> (with an entropy bonus),
/// <c>sampling/…</c> (with a foreign sampler).
/// Means are over the counted tokens of this call; 0 when there are none. Average them over calls weighted by <paramref name="Tokens"/>.
/// </param>
/// <param name="Tokens">Counted tokens of this call.</param>
public sealed record PolicyLossOutput(Tensor Loss, IReadOnlyDictionary<string, double> Metrics, long Tokens) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Loss.Dispose();
}
