using Plumbline.Core.Returns;
using Plumbline.Engine.Segments;
using Plumbline.Training.Policies;
using Plumbline.Training.Rollouts;
using TorchSharp;

namespace Plumbline.Training.Ppo;

/// <summary>The completions of one step as policy, reference and critic saw them before the first update, and what follows from that.</summary>
/// <remarks>
/// B rows; C columns, one more than the longest completion has tokens unless that fills the longest allowed. So the place of a score (see
/// <see cref="TokenRewards"/>) depends on its own completion alone, where TRL lets the longest of the batch decide. Owns its tensors.
/// </remarks>
internal sealed class PpoBatch : IDisposable
{
    private readonly RolloutBatch _rollouts;
    private readonly torch.Device _device;
    private readonly Tensor _logProbs, _samplerLogProbs, _values, _mask, _states;
    private readonly PpoReturns _parts;

    private PpoBatch(RolloutBatch rollouts, torch.Device device, Tensor logProbs, Tensor samplerLogProbs, Tensor values, Tensor mask, PpoReturns parts)
    {
        (_rollouts, _device, _parts) = (rollouts, device, parts);
        _logProbs = logProbs.DetachFromDisposeScope();
        _samplerLogProbs = samplerLogProbs.DetachFromDisposeScope();
        _values = values.DetachFromDisposeScope();
        _mask = mask.DetachFromDisposeScope();
        _states = ValueMask.Of(mask).DetachFromDisposeScope();
    }

    /// <summary>Completions, B.</summary>
    public int Count => _rollouts.Count;

    /// <summary>Looks at the completions, so many rows at a time, without dropout.</summary>
    /// <param name="rollouts">B completions, at least one.</param>
    /// <param name="scores">One per completion, float, (B).</param>
    /// <param name="maxCompletionLength">The longest that may be sampled, tokens.</param>
    /// <param name="rowsAtOnce">What fits the memory; the result does not depend on it.</param>
    /// <param name="policy">That sampled them.</param>
    /// <param name="critic">Values their states.</param>
    /// <param name="temperature">That they were sampled at.</param>
    /// <param name="withReference">Whether the reference takes part; without it the divergence is 0.</param>
    /// <param name="oldFromSampler">Whether the old log-probabilities are the sampler's and not the policy's; a pass less.</param>
    /// <param name="options">How rewards become advantages.</param>
    public static PpoBatch Observe(
        RolloutBatch rollouts, Tensor scores, int maxCompletionLength, int rowsAtOnce, Policy policy, Critic critic, double temperature,
        bool withReference, bool oldFromSampler, PpoReturnOptions options)
    {
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        int longest = rollouts.Completions.Max(c => c.TokenIds.Length);
        int columns = Math.Min(Math.Max(maxCompletionLength, longest), longest + 1);
        Tensor sampler = SamplerLogProbs.Matrix(rollouts.Completions, columns, policy.Device);
        Tensor logProbs = oldFromSampler ? sampler.clone() : torch.zeros_like(sampler), reference = torch.zeros_like(logProbs), values = torch.zeros_like(logProbs);
        Tensor mask = torch.zeros(rollouts.Count, columns, dtype: torch.ScalarType.Bool, device: policy.Device);
        policy.Adapter?.ApplyDropout(false);
        try
        {
            foreach (int[] rows in Enumerable.Range(0, rollouts.Count).Chunk(rowsAtOnce))
            {
                using var chunkScope = torch.NewDisposeScope();
                using TokenRows tokens = Pack(rollouts, rows, policy.Device);
                if (!oldFromSampler)
                {
                    using TokenLogProbs own = TokenLogProbs.Forward(policy.Model, tokens, temperature);
                    Place(logProbs, rows, own.LogProbs);
                }
                if (withReference)
                    Place(reference, rows, policy.ReferenceLogProbs(tokens, temperature));
                using (TokenValues seen = critic.Forward(tokens, training: false))
                    Place(values, rows, seen.Values);
                Place(mask, rows, tokens.Mask);
            }
        }
        finally
        {
            policy.Adapter?.ApplyDropout(true);
        }
        PpoReturns parts = PpoReturns.Compute(logProbs, withReference ? reference : logProbs, values, scores.to(policy.Device), mask, options);
        return new PpoBatch(rollouts, policy.Device, logProbs, sampler, values, mask, parts);
    }

    /// <summary>Mean divergence, nats: per completion (summed over its tokens), and per token.</summary>
    public (double PerCompletion, double PerToken) Kl()
    {
        using var scope = torch.NewDisposeScope();
        double sum = _parts.Kl.sum().ToDouble();
        return (sum / Count, sum / Math.Max(1, _mask.sum().ToInt64()));
    }

    /// <summary>Mean over completions of −Σ log-probability, nats: TRL's estimate of the entropy of a whole completion.</summary>
    public double Surprise()
    {
        using var scope = torch.NewDisposeScope();
        return -_logProbs.sum().ToDouble() / Count;
    }

    /// <summary>Each completion's advantage: the mean of its tokens'; 0 without tokens.</summary>
    public double[] MeanAdvantages()
    {
        using var scope = torch.NewDisposeScope();
        Tensor count = _mask.to(torch.ScalarType.Float64).sum(1L).clamp_min(1.0);
        return (_parts.Advantages.to(torch.ScalarType.Float64).sum(1L) / count).cpu().data<double>().ToArray();
    }

    /// <summary>What the losses of an update on these rows divide by.</summary>
    public (double Tokens, double States) Sizes(int[] rows)
    {
        using var scope = torch.NewDisposeScope();
        Tensor index = Index(rows);
        return (Math.Max(1, _mask.index_select(0, index).sum().ToInt64()), Math.Max(1, _states.index_select(0, index).sum().ToInt64()));
    }

    /// <summary>Some rows with all that both losses need.</summary>
    public PpoPiece Piece(int[] rows)
    {
        using var scope = torch.NewDisposeScope();
        TokenRows tokens = Pack(_rollouts, rows, _device);
        Tensor index = Index(rows);
        long length = tokens.Mask.shape[1], states = Math.Min(length + 1, _mask.shape[1]);
        Tensor Of(Tensor matrix, long columns) => matrix.index_select(0, index).narrow(1, 0, columns).MoveToOuterDisposeScope().DetachFromDisposeScope();
        return new PpoPiece(tokens, Of(_logProbs, length), Of(_samplerLogProbs, length), Of(_parts.Advantages, length), Of(_values, states), Of(_parts.Returns, states), Of(_states, states));
    }

    private Tensor Index(int[] rows) => torch.tensor(rows.Select(r => (long)r).ToArray(), device: _device);

    private static TokenRows Pack(RolloutBatch rollouts, int[] rows, torch.Device device) =>
        TokenRows.Pack([.. rows.Select(i => rollouts.Prompts[i].Ids)], [.. rows.Select(i => rollouts.Completions[i].TokenIds)], device);

    // A state after the last allowed token has no column.
    private static void Place(Tensor matrix, int[] rows, Tensor part)
    {
        long columns = Math.Min(part.shape[1], matrix.shape[1]);
        matrix.narrow(0, rows[0], rows.Length).narrow(1, 0, columns).copy_(part.narrow(1, 0, columns));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _logProbs.Dispose();
        _samplerLogProbs.Dispose();
        _values.Dispose();
        _mask.Dispose();
        _states.Dispose();
        _parts.Dispose();
    }
}
