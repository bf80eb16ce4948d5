using Plumbline.Core.Losses;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Segments;
using TorchSharp;

namespace Plumbline.Training.Rollouts;

/// <summary>The rollouts of one step, cut into micro-batches that fit the memory; the cut does not change the result.</summary>
/// <remarks>Owns its micro-batches.</remarks>
public sealed class OnlineBatch : IDisposable
{
    private OnlineBatch(IReadOnlyList<Microbatch> microbatches, StepTotals totals) => (Microbatches, Totals) = (microbatches, totals);

    /// <summary>Rows in order, cut.</summary>
    public IReadOnlyList<Microbatch> Microbatches { get; }

    /// <summary>What the losses divide by.</summary>
    public StepTotals Totals { get; }

    /// <summary>Packs rollouts.</summary>
    /// <param name="rollouts">B completions.</param>
    /// <param name="advantages">(B); copied.</param>
    /// <param name="pieces">How many micro-batches; at least 1.</param>
    /// <param name="maskTruncated">Whether completions that ran into the limit are left out of the loss.</param>
    /// <param name="device">Where the tensors shall live.</param>
    public static OnlineBatch Pack(RolloutBatch rollouts, Tensor advantages, int pieces, bool maskTruncated, torch.Device? device = null)
    {
        int size = (rollouts.Count + pieces - 1) / pieces;
        var microbatches = new List<Microbatch>();
        using var noGradient = torch.no_grad();
        for (int start = 0; start < rollouts.Count; start += size)
        {
            int count = Math.Min(size, rollouts.Count - start);
            Completion[] completions = [.. rollouts.Completions.Skip(start).Take(count)];
            TokenRows rows = TokenRows.Pack([.. rollouts.Prompts.Skip(start).Take(count).Select(p => p.Ids)], [.. completions.Select(c => c.TokenIds)], device);
            using var scope = torch.NewDisposeScope();
            Tensor mask = maskTruncated
                ? TruncatedCompletions.Mask(rows.Mask, torch.tensor(completions.Select(c => c.FinishReason == FinishReason.Length).ToArray(), device: device))
                : rows.Mask.alias();
            microbatches.Add(new Microbatch(rows, advantages.narrow(0, start, count).to(torch.ScalarType.Float32).to(rows.Ids.device).clone().DetachFromDisposeScope(), mask.DetachFromDisposeScope()));
        }
        return new OnlineBatch(microbatches, new StepTotals(rollouts.Count, Math.Max(1, microbatches.Sum(m => m.CountedTokens))));
    }

    /// <summary>Computes every micro-batch's reference log-probabilities.</summary>
    public void SetReference(Func<TokenRows, Tensor> referenceLogProbs)
    {
        foreach (Microbatch micro in Microbatches)
        {
            using var scope = torch.NewDisposeScope();
            micro.SetReference(referenceLogProbs(micro.Rows));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Microbatch micro in Microbatches)
            micro.Dispose();
    }
}
