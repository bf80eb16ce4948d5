using Plumbline.Core.Losses;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Segments;
using TorchSharp;

namespace Plumbline.Training.Rollouts;

/// <summary>The rollouts of one step, cut into micro-batches of rows of like length; the cut does not change the result.</summary>
/// <remarks>Owns its micro-batches.</remarks>
public sealed class OnlineBatch : IDisposable
{
    private readonly int[][] _rows;

    private OnlineBatch(int[][] rows, IReadOnlyList<Microbatch> microbatches, StepTotals totals) => (_rows, Microbatches, Totals) = (rows, microbatches, totals);

    /// <summary>The cut.</summary>
    public IReadOnlyList<Microbatch> Microbatches { get; }

    /// <summary>What the losses divide by.</summary>
    public StepTotals Totals { get; }

    /// <summary>Packs rollouts.</summary>
    /// <param name="rollouts">B completions.</param>
    /// <param name="advantages">(B); copied.</param>
    /// <param name="pieces">No micro-batch takes more than this part of the step's tokens; at least 1.</param>
    /// <param name="maskTruncated">Whether completions that ran into the limit are left out of the loss.</param>
    /// <param name="device">Where the tensors shall live.</param>
    /// <param name="inOrder">Cuts the rows as they come into equal parts, no finer than asked: for a loss that compares the tokens of a micro-batch with each other.</param>
    /// <param name="limits">What a pass of the model costs; null = nothing known.</param>
    public static OnlineBatch Pack(RolloutBatch rollouts, Tensor advantages, int pieces, bool maskTruncated, torch.Device? device = null, bool inOrder = false, PassLimits? limits = null)
    {
        int[][] cut = inOrder
            ? [.. Enumerable.Range(0, rollouts.Count).Chunk((rollouts.Count + pieces - 1) / pieces)]
            : MicrobatchCut.Of([.. rollouts.Prompts.Select(p => p.Ids)], [.. rollouts.Completions.Select(c => c.TokenIds)], pieces, limits ?? new PassLimits());
        var microbatches = new List<Microbatch>();
        using var noGradient = torch.no_grad();
        foreach (int[] indices in cut)
        {
            Completion[] completions = [.. indices.Select(i => rollouts.Completions[i])];
            TokenRows rows = TokenRows.Pack([.. indices.Select(i => rollouts.Prompts[i].Ids)], [.. completions.Select(c => c.TokenIds)], device);
            using var scope = torch.NewDisposeScope();
            Tensor mask = maskTruncated
                ? TruncatedCompletions.Mask(rows.Mask, torch.tensor(completions.Select(c => c.FinishReason == FinishReason.Length).ToArray(), device: device))
                : rows.Mask.alias();
            Tensor own = advantages.index_select(0, Index(indices, advantages.device)).to(torch.ScalarType.Float32).to(rows.Ids.device);
            Tensor samplerLogProbs = SamplerLogProbs.Matrix(completions, rows.Mask.shape[1], rows.Ids.device);
            microbatches.Add(new Microbatch(rows, own.DetachFromDisposeScope(), mask.DetachFromDisposeScope(), samplerLogProbs.DetachFromDisposeScope()));
        }
        return new OnlineBatch(cut, microbatches, new StepTotals(rollouts.Count, Math.Max(1, microbatches.Sum(m => m.CountedTokens))));
    }

    /// <summary>Compares with the log-probabilities that the sampler reported, not with those before the first update.</summary>
    internal void TakeOldFromSampler()
    {
        foreach (Microbatch micro in Microbatches)
            micro.TakeOldFromSampler();
    }

    /// <summary>Lets the loss weigh by the policy over the sampler, which another engine runs.</summary>
    internal void CorrectForSampler()
    {
        foreach (Microbatch micro in Microbatches)
            micro.CorrectForSampler();
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

    /// <summary>One number a rollout, computed micro-batch by micro-batch.</summary>
    /// <param name="compute">From a micro-batch's rows to its numbers.</param>
    /// <returns>(B), in the order of the rollouts, in the caller's dispose scope.</returns>
    public Tensor PerRow(Func<TokenRows, Tensor> compute)
    {
        using var scope = torch.NewDisposeScope();
        Tensor cut = torch.cat([.. Microbatches.Select(m => compute(m.Rows))]);
        return cut.index_select(0, Index([.. _rows.SelectMany(rows => rows)], cut.device).argsort()).MoveToOuterDisposeScope();
    }

    private static Tensor Index(int[] rows, torch.Device device) => torch.tensor(rows.Select(r => (long)r).ToArray(), device: device);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Microbatch micro in Microbatches)
            micro.Dispose();
    }
}
