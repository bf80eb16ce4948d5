namespace Plumbline.Core.Losses;

/// <summary>What every policy loss is computed from. The tensors are borrowed: neither changed nor disposed.</summary>
public sealed record PolicyLossInputs
{
    /// <summary>Log-probabilities of the sampled tokens under the policy, nats, float32 or float64, (B, T). Carries gradient.</summary>
    public required Tensor LogProbs { get; init; }

    /// <summary>The same under the policy that sampled them, (B, T); null = the policy has not moved since, so every ratio is 1.</summary>
    public Tensor? OldLogProbs { get; init; }

    /// <summary>The same as the foreign engine that sampled reported them, (B, T); null = our own policy sampled. See <see cref="PolicyLossOptions.SamplerCorrection"/>.</summary>
    public Tensor? SamplerLogProbs { get; init; }

    /// <summary>The same under the frozen reference, (B, T); wanted when <see cref="PolicyLossOptions.Beta"/> is not 0.</summary>
    public Tensor? ReferenceLogProbs { get; init; }

    /// <summary>One advantage per completion, (B).</summary>
    public required Tensor Advantages { get; init; }

    /// <summary>True where the token belongs to the completion and counts, bool, (B, T). A row may hold no true; what stands at false is read by <see cref="LuspoLoss"/> alone.</summary>
    public required Tensor Mask { get; init; }

    /// <summary>Entropy of the policy's next-token distribution, nats, (B, T); null = not known. Carries gradient where <see cref="PolicyLossOptions.EntropyCoef"/> is not 0; else reported only.</summary>
    public Tensor? Entropies { get; init; }
}
