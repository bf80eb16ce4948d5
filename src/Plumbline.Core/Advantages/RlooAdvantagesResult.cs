namespace Plumbline.Core.Advantages;

/// <summary>RLOO's advantages with what they were made of. Disposing it disposes its tensors.</summary>
/// <param name="Advantages">One per completion, the rewards' dtype, (B); never NaN.</param>
/// <param name="Rewards">The weighted sum, clipped, less the KL, (B); NaN where the row has no reward.</param>
/// <param name="Kl">k1 summed over the completion, nats, (B); zeros without a penalty.</param>
public sealed record RlooAdvantagesResult(Tensor Advantages, Tensor Rewards, Tensor Kl) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Advantages.Dispose();
        Rewards.Dispose();
        Kl.Dispose();
    }
}
