using Plumbline.Core.Advantages;
using Plumbline.Core.Losses;
using Plumbline.Engine.Segments;
using Plumbline.Training.Online;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using TorchSharp;

namespace Plumbline.Training.Rloo;

/// <summary>REINFORCE leave-one-out on several named rewards at once: their weighted sum, less the KL, against the mean of the prompt's other completions.</summary>
/// <remarks>Source: Ahmadian et al. 2024, arXiv:2402.14740, with the clipped ratio of whole completions that TRL adds.</remarks>
public sealed class RlooTrainer(RlooRecipe recipe, OnlineParts parts) : OnlineTrainer(recipe, parts)
{
    private readonly RlooOptions _options = recipe.Rloo;

    /// <inheritdoc/>
    public override string Verb => "rloo";

    /// <summary>Take the KL from the reward, compare with the others, improve.</summary>
    protected override IReadOnlyList<double> Learn(OnlineStep step, UpdateReport report)
    {
        using Tensor kl = _options.NeedsReference ? SummedKl(step.Rollouts, _options.IsPlainSampling || OldComeFromSampler(step)) : torch.zeros(step.Rollouts.Count, torch.ScalarType.Float64);
        // The KL enters as what it is, a sum over the completion: as one token of a row, so that its sum is itself.
        using Tensor none = torch.zeros_like(kl).unsqueeze(1), one = torch.ones(kl.shape[0], 1, torch.ScalarType.Bool), column = kl.unsqueeze(1);
        using RlooAdvantagesResult advantages = RlooAdvantages.Compute(
            step.Rewards.FiniteOrAbsent(), _options.NumGenerations, Weights, _options.ToAdvantageOptions(), column, none, one);
        using OnlineBatch batch = OnlineBatch.Pack(step.Rollouts, advantages.Advantages, recipe.Training.GradientAccumulationSteps, _options.MaskTruncatedCompletions, Policy.Device, limits: Policy.Limits);
        var lossOptions = new PolicyLossOptions { Epsilon = _options.Epsilon, EpsilonHigh = _options.EpsilonHigh, SamplerCorrection = recipe.Rollout.ToCorrection(), Totals = batch.Totals };
        Improve(step, batch, _options.NumIterations, inputs => RlooLoss.Compute(inputs, lossOptions), report);
        report.Note("kl", kl.sum().ToDouble() / Math.Max(1, step.Rollouts.Completions.Sum(c => c.TokenIds.Length)));
        report.Note("non_score_reward", -_options.Beta * kl.mean().ToDouble());
        return advantages.Advantages.data<double>().ToArray();
    }

    // k1 summed over each completion, (B), float64. The sampler's log-probabilities are those of the policy that sampled.
    private Tensor SummedKl(RolloutBatch rollouts, bool oldFromSampler)
    {
        using var scope = torch.NewDisposeScope();
        using Tensor nothing = torch.zeros(rollouts.Count);
        using OnlineBatch batch = OnlineBatch.Pack(rollouts, nothing, recipe.Training.GradientAccumulationSteps, maskTruncated: false, Policy.Device, limits: Policy.Limits);
        Tensor Summed(TokenRows rows, Tensor logProbs) => logProbs.to(torch.ScalarType.Float64).masked_fill(rows.Mask.logical_not(), 0.0).sum(1L).cpu();
        Tensor reference = batch.PerRow(rows => Summed(rows, Policy.ReferenceLogProbs(rows, _options.Temperature)));
        Tensor policy = oldFromSampler
            ? torch.tensor(rollouts.Completions.Select(c => c.LogProbs.Sum(l => (double)l)).ToArray())
            : batch.PerRow(rows => Summed(rows, OldLogProbs(rows)));
        return (policy - reference).MoveToOuterDisposeScope();
    }

    private Tensor OldLogProbs(TokenRows rows)
    {
        using TokenLogProbs forward = TokenLogProbs.Forward(Policy.Model, rows, _options.Temperature);
        return forward.LogProbs.alias();
    }
}
