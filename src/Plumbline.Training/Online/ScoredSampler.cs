using Plumbline.Core.Advantages;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Online;

/// <summary>Samples batches of prompts and scores them: one after the other, or what has ended while the rest is still being sampled.</summary>
internal sealed class ScoredSampler(OnlineParts parts, OnlineOptions options)
{
    /// <summary>Samples the next batch of prompts and scores it, or begins to.</summary>
    public async Task<ScoredRollouts> SampleAsync(Collecting at, CancellationToken cancellationToken)
    {
        PromptBatch prompts = parts.Prompts.Batch(at.PromptBatches + 1);
        if (options.OverlapScoring)
            return await SampleOverlappedAsync(prompts, at, cancellationToken).ConfigureAwait(false);
        RolloutBatch rollouts = await Here(at, parts.Rollouts.SampleAsync(prompts, options.NumGenerations, at.PolicyVersion, onFinished: null, cancellationToken)).ConfigureAwait(false);
        at.Clock.Lap("rollout");
        RewardTable rewards = await Here(at, ScoreAsync(rollouts, cancellationToken)).ConfigureAwait(false);
        at.Clock.Lap("score");
        at.Count(rollouts);
        return new ScoredRollouts(rollouts, Task.FromResult(rewards));
    }

    // Scores collected ahead may still be on the way when the weights change, so they are not cancelled.
    private async Task<ScoredRollouts> SampleOverlappedAsync(PromptBatch prompts, Collecting at, CancellationToken cancellationToken)
    {
        var shuffled = parts.Rewards as ShuffledReward;
        at.Clock.Lap("score"); // of the round before, where there was one
        var scoring = new OverlappedScoring(shuffled?.Inner ?? parts.Rewards, prompts, options.NumGenerations, at.IsAhead ? CancellationToken.None : cancellationToken);
        RolloutBatch rollouts;
        try
        {
            rollouts = await Here(at, parts.Rollouts.SampleAsync(prompts, options.NumGenerations, at.PolicyVersion, scoring.Add, cancellationToken)).ConfigureAwait(false);
        }
        catch
        {
            await scoring.AbandonAsync().ConfigureAwait(false);
            throw;
        }
        at.Clock.Lap("rollout");
        at.Count(rollouts);
        return new ScoredRollouts(rollouts, WholeAsync());

        async Task<RewardTable> WholeAsync()
        {
            RewardTable table = await scoring.CompleteAsync(rollouts).ConfigureAwait(false);
            return WithPenalty(shuffled?.Shuffle(table) ?? table, rollouts);
        }
    }

    /// <summary>Scores a batch, all rows at once.</summary>
    public async Task<RewardTable> ScoreAsync(RolloutBatch rollouts, CancellationToken cancellationToken) =>
        WithPenalty(await parts.Rewards.ScoreAsync([.. rollouts.Rows()], cancellationToken).ConfigureAwait(false), rollouts);

    // What waits for a server is waited for on the thread that runs the model, lest that change; but for what is collected while it learns.
    private Task<T> Here<T>(Collecting at, Task<T> work)
    {
        if (!(at.IsAhead && parts.Rollouts.RunsElsewhere))
            Task.WaitAny(work);
        return work;
    }

    private RewardTable WithPenalty(RewardTable rewards, RolloutBatch rollouts)
    {
        if (options.OverlongCache == 0)
            return rewards;
        double[][] penalties = [.. rollouts.Completions.Select(c => new[] { OverlongPenalty.Of(c.TokenIds.Length, options.MaxCompletionLength, options.OverlongCache) })];
        return RewardTable.Join([rewards, new RewardTable([OnlineOptions.Overlong], penalties)]);
    }
}
