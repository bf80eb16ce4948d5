using Plumbline.Core.Losses;
using Plumbline.Engine.Segments;
using TorchSharp;

namespace Plumbline.Training.Rollouts;

/// <summary>Some rows of a step, with all that a policy loss needs.</summary>
/// <remarks>Owns its tensors.</remarks>
public sealed class Microbatch : IDisposable
{
    private readonly Tensor _advantages, _mask, _samplerLogProbs;
    private Tensor? _oldLogProbs, _referenceLogProbs;
    private bool _isCorrected;

    internal Microbatch(TokenRows rows, Tensor advantages, Tensor mask, Tensor samplerLogProbs)
    {
        (Rows, _advantages, _mask, _samplerLogProbs) = (rows, advantages, mask, samplerLogProbs);
        CountedTokens = mask.sum(type: torch.ScalarType.Int64).ToInt64();
    }

    /// <summary>The tokens.</summary>
    public TokenRows Rows { get; }

    /// <summary>Tokens that the loss counts.</summary>
    public long CountedTokens { get; }

    /// <summary>The arguments of a loss, given the policy's forward pass.</summary>
    /// <remarks>Until <see cref="RememberOld"/> or <see cref="TakeOldFromSampler"/> was called, the policy is the one that sampled, and its own log-probabilities are the old ones.</remarks>
    public PolicyLossInputs Inputs(TokenLogProbs forward) => new()
    {
        LogProbs = forward.LogProbs,
        OldLogProbs = _oldLogProbs,
        ReferenceLogProbs = _referenceLogProbs,
        SamplerLogProbs = _isCorrected ? _samplerLogProbs : null,
        Advantages = _advantages,
        Mask = _mask,
        Entropies = forward.Entropies,
    };

    /// <summary>Keeps the log-probabilities of the sampling policy for later iterations over the same rollouts; only the first call counts.</summary>
    public void RememberOld(Tensor logProbs) => _oldLogProbs ??= logProbs.detach().clone().DetachFromDisposeScope();

    /// <summary>Compares with the log-probabilities that the sampler reported, in every iteration.</summary>
    internal void TakeOldFromSampler() => RememberOld(_samplerLogProbs);

    /// <summary>Lets the loss weigh by the policy over the sampler, which another engine runs.</summary>
    internal void CorrectForSampler() => _isCorrected = true;

    /// <summary>Tells how far the policy's log-probabilities, (B, T), are from the sampler's.</summary>
    internal void TellSamplerGap(Tensor logProbs, UpdateReport report) => report.AddSamplerGap(logProbs, _samplerLogProbs, _mask);

    internal void SetReference(Tensor logProbs) => _referenceLogProbs = logProbs.DetachFromDisposeScope();

    /// <inheritdoc/>
    public void Dispose()
    {
        Rows.Dispose();
        _advantages.Dispose();
        _mask.Dispose();
        _samplerLogProbs.Dispose();
        _oldLogProbs?.Dispose();
        _referenceLogProbs?.Dispose();
    }
}
