namespace Plumbline.Core.Losses.Preference;

/// <summary>A loss and what is to be said about it. Disposing it disposes the loss.</summary>
/// <param name="Loss">The quantity to be minimised: a scalar with gradient to the policy's log-probabilities, owned by the caller.</param>
/// <param name="Metrics">
/// TRL's names, means over the pairs of this call: <c>rewards/chosen</c>, <c>rewards/rejected</c> (β times the log-ratio), <c>rewards/margins</c>,
/// <c>rewards/accuracies</c> (share of pairs whose chosen completion has the greater reward), <c>logps/chosen</c>, <c>logps/rejected</c> (nats).
/// </param>
/// <param name="Pairs">Pairs of this call.</param>
public sealed record PreferenceOutput(Tensor Loss, IReadOnlyDictionary<string, double> Metrics, long Pairs) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Loss.Dispose();
}
