using Plumbline.Core.Advantages;
using Plumbline.Core.Losses;
using Plumbline.Training.Online;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using TorchSharp;

namespace Plumbline.Training.Grpo;

/// <summary>Group Relative Policy Optimization on several named rewards at once.</summary>
/// <remarks>
/// Source: Shao et al. 2024, arXiv:2402.03300, Algorithm 1; the multi-objective reward is that of arXiv:2503.21819. Departures:
/// the loss's reduction over tokens is a choice (<c>loss_type</c>); aggregation and normalisation of the objectives are a choice
/// (<c>multi_objective_aggregation</c>, arXiv:2601.05242); the reference is the frozen start of the run and is not renewed.
/// </remarks>
public sealed class GrpoTrainer(GrpoRecipe recipe, OnlineParts parts) : OnlineTrainer(recipe, parts)
{
    private readonly GrpoOptions _options = recipe.Grpo;
    private readonly PolicyLoss _loss = PolicyLosses.Get(recipe.Grpo.LossType);

    /// <inheritdoc/>
    public override string Verb => "grpo";

    /// <summary>Sampled and scored; with dynamic sampling, until there are enough groups whose completions differ in reward, or the rounds are used up.</summary>
    /// <remarks>Yu et al. 2025 (DAPO), arXiv:2503.14476, Section 3.2. Where not one group differs, the last round stands as it is, and teaches nothing.</remarks>
    protected override async Task<ScoredRollouts> CollectAsync(Collecting at, CancellationToken cancellationToken)
    {
        ScoredRollouts sampled = await SampleAsync(at, cancellationToken).ConfigureAwait(false);
        if (!_options.DynamicSampling)
            return sampled;
        var alive = new List<ScoredRollouts>();
        for (int round = 1; ; round++)
        {
            int[] rows = LiveRows(sampled.Rewards);
            if (rows.Length > 0)
                alive.Add(sampled.Take(rows));
            int groups = alive.Sum(a => a.Rollouts.Count) / _options.NumGenerations;
            if (groups >= _options.PromptsPerStep || round == _options.MaxSamplingRounds)
                break;
            sampled = await SampleAsync(at, cancellationToken).ConfigureAwait(false);
        }
        if (alive.Count == 0)
            return sampled;
        ScoredRollouts all = ScoredRollouts.Join(alive);
        return all.Take([.. Enumerable.Range(0, Math.Min(all.Rollouts.Count, _options.PromptsPerStep * _options.NumGenerations))]);
    }

    private int[] LiveRows(RewardTable rewards)
    {
        using var scope = torch.NewDisposeScope();
        bool[] dead = DeadGroups.Find(rewards.FiniteOrAbsent(), _options.NumGenerations, Weights);
        return [.. Enumerable.Range(0, rewards.Count).Where(i => !dead[i / _options.NumGenerations])];
    }

    /// <summary>Compare within groups, improve.</summary>
    protected override IReadOnlyList<double> Learn(OnlineStep step, UpdateReport report)
    {
        using GroupAdvantagesResult advantages = GroupAdvantages.Compute(
            step.Rewards.FiniteOrAbsent(), _options.NumGenerations, Weights, _options.ToAdvantageOptions(), step.Rollouts.CompletionLengths());
        using OnlineBatch batch = OnlineBatch.Pack(
            step.Rollouts, advantages.Advantages, recipe.Training.GradientAccumulationSteps, _options.MaskTruncatedCompletions, Policy.Device,
            inOrder: _options.TopEntropyQuantile < 1, Policy.Limits);
        if (_options.NeedsReference)
            batch.SetReference(rows => Policy.ReferenceLogProbs(rows, _options.Temperature));
        PolicyLossOptions lossOptions = _options.ToLossOptions(batch.Totals) with { SamplerCorrection = recipe.Rollout.ToCorrection() };
        Improve(step, batch, _options.NumIterations, inputs => _loss(inputs, lossOptions), report, entropyGradients: _options.EntropyCoef != 0);

        report.Note("frac_reward_zero_std", advantages.FracRewardZeroStd);
        for (int k = 0; k < Objectives.Count; k++)
        {
            report.Note($"advantage_share/{Objectives[k]}/weighted", advantages.WeightedShares[k]);
            report.Note($"advantage_share/{Objectives[k]}/raw", advantages.RawShares[k]);
        }
        return advantages.Advantages.data<double>().ToArray();
    }
}
