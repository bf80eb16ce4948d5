namespace Plumbline.Core.Losses.Preference;

/// <summary>What every preference loss is computed from: P pairs of completions, one preferred to the other. The tensors are borrowed: neither changed nor disposed.</summary>
/// <remarks>Log-probabilities are those of whole completions, nats, made by <see cref="SequenceLogProbs.Sum"/>.</remarks>
public sealed record PreferenceInputs
{
    /// <summary>Log-probability of each chosen completion under the policy, nats, float32 or float64, (P). Carries gradient.</summary>
    public required Tensor ChosenLogProbs { get; init; }

    /// <summary>The same of each rejected completion, (P). Carries gradient.</summary>
    public required Tensor RejectedLogProbs { get; init; }

    /// <summary>The chosen completions' under the frozen reference, (P); detached.</summary>
    public required Tensor ReferenceChosenLogProbs { get; init; }

    /// <summary>The rejected completions' under the frozen reference, (P); detached.</summary>
    public required Tensor ReferenceRejectedLogProbs { get; init; }

    /// <summary>Tokens of each chosen completion, any numeric dtype, (P).</summary>
    public required Tensor ChosenLengths { get; init; }

    /// <summary>Tokens of each rejected completion, (P).</summary>
    public required Tensor RejectedLengths { get; init; }

    /// <summary>Log-likelihood of each chosen completion for the <c>sft</c> loss, (P), with gradient; null takes <see cref="ChosenLogProbs"/>. They differ when these weigh tokens (<c>ld_alpha</c>).</summary>
    public Tensor? ChosenLikelihoods { get; init; }

    /// <summary>A factor on each pair's loss, (P), detached, such as <see cref="PairWeights.OnPolicy"/>; null = 1.</summary>
    public Tensor? Weights { get; init; }
}
