using Plumbline.Engine.Segments;

namespace Plumbline.Training.Ppo;

/// <summary>Some rows of a <see cref="PpoBatch"/>: T tokens in the longest, S states.</summary>
/// <remarks>Owns its tensors; all are detached.</remarks>
/// <param name="Rows">The tokens, with their mask (B, T).</param>
/// <param name="OldLogProbs">Under the policy that sampled, nats, (B, T).</param>
/// <param name="SamplerLogProbs">As the sampler reported them, (B, T).</param>
/// <param name="Advantages">One per token, (B, T).</param>
/// <param name="OldValues">The critic's before the first update, (B, S).</param>
/// <param name="Returns">What they should have been, (B, S).</param>
/// <param name="States">True where there is a state, bool, (B, S).</param>
internal sealed record PpoPiece(TokenRows Rows, Tensor OldLogProbs, Tensor SamplerLogProbs, Tensor Advantages, Tensor OldValues, Tensor Returns, Tensor States) : IDisposable
{
    public void Dispose()
    {
        Rows.Dispose();
        OldLogProbs.Dispose();
        SamplerLogProbs.Dispose();
        Advantages.Dispose();
        OldValues.Dispose();
        Returns.Dispose();
        States.Dispose();
    }
}
