using Plumbline.Core.Losses;
using Plumbline.Engine.Segments;
using Plumbline.Training.Optimization;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.Online;

/// <summary>What every algorithm that learns from its own samples shares: sample, score, learn; evaluation, state, and guard against unsound steps.</summary>
/// <remarks>A trainer adds <see cref="Learn"/>, and nothing of sampling or files. Owns policy, optimizer and reward sources.</remarks>
public abstract class OnlineTrainer : ITrainer
{
    private const int MaxSkippedInARow = 10;
    private readonly OnlineRecipe _recipe;
    private readonly OnlineParts _parts;
    private readonly ScoredSampler _sampler;
    private readonly AdamW _optimizer;
    private OnlineState _state = new();
    private CollectedStep? _ahead; // for the next step, where rollouts run ahead
    private RolloutBatch? _firstEvaluation, _lastEvaluation;

    /// <summary>Joins the parts and takes ownership of policy and rewards.</summary>
    protected OnlineTrainer(OnlineRecipe recipe, OnlineParts parts)
    {
        (_recipe, _parts) = (recipe, parts);
        _sampler = new ScoredSampler(parts, recipe.Algorithm);
        _optimizer = recipe.Optimizer.Create(parts.Policy.TrainableParameters);
    }

    /// <inheritdoc/>
    public abstract string Verb { get; }

    /// <inheritdoc/>
    public int TotalSteps => _parts.Prompts.TotalSteps(_recipe.Training.MaxSteps, _recipe.Training.NumTrainEpochs);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => _recipe.Algorithm.ObjectivesOf(_parts.Rewards.Objectives);

    /// <inheritdoc/>
    public bool HasConverged => false;

    /// <inheritdoc/>
    public virtual ParameterCounts Parameters
    {
        get
        {
            long trained = Policy.TrainableParameters.Sum(p => p.Value.numel());
            return new ParameterCounts(Policy.ParametersHeld + ((_parts.Rewards as IParameterCount)?.ParameterCount ?? 0), trained, 2 * trained);
        }
    }

    /// <summary>The model in training.</summary>
    protected Policy Policy => _parts.Policy;

    /// <summary>One weight an objective.</summary>
    protected IReadOnlyList<double> Weights => _recipe.Algorithm.OverlongCache > 0 ? [.. _parts.Weights, 1] : _parts.Weights;

    /// <summary>Sample, score, learn; where rollouts run ahead, sample for the next step before this one learns.</summary>
    public async Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        var clock = new StepClock();
        torch.manual_seed(_recipe.Seed * 1_000_003L + step); // dropout, and nothing else, draws from it
        double learningRate = LearningRateSchedule.At(StepsDone(step), TotalSteps, _recipe.Optimizer);
        CollectedStep now = _ahead ?? await CollectStepAsync(new Collecting(step - 1, _state.PromptBatches, isAhead: false, clock), cancellationToken);
        var current = new OnlineStep(step, learningRate, now.Scored.Rollouts, now.Scored.Rewards);
        clock.Lap("score");
        Task<CollectedStep>? next = await BeginAheadAsync(step, now.PromptBatches, clock, cancellationToken);

        // From here on the weights change, and nothing is cancelled.
        _ahead = null;
        _state = _state with
        {
            PromptBatches = now.PromptBatches,
            TokensSeen = _state.TokensSeen + now.TokensSeen,
            TokensGenerated = _state.TokensGenerated + now.TokensGenerated,
        };
        var report = new UpdateReport();
        try
        {
            LearnFrom(current, report, clock);
        }
        finally
        {
            Settle(next);
        }
        if (next is not null)
        {
            _ahead = next.GetAwaiter().GetResult();
            _ = _ahead.Scored.Rewards;
            clock.Lap("score");
        }
        return OnlineMetrics.Of(current, report, Weights, _state, clock);
    }

    private void LearnFrom(OnlineStep step, UpdateReport report, StepClock clock)
    {
        using var scope = torch.NewDisposeScope();
        IReadOnlyList<double> advantages = Learn(step, report);
        clock.Lap("update");
        _parts.OnCompletions?.Invoke(step.Number, new CompletionTable(step.Rollouts, step.Rewards, advantages));
    }

    private async Task<CollectedStep> CollectStepAsync(Collecting at, CancellationToken cancellationToken)
    {
        var shuffled = _parts.Rewards as ShuffledReward;
        long calls = shuffled?.Calls ?? 0;
        try
        {
            ScoredRollouts scored = await CollectAsync(at, cancellationToken).ConfigureAwait(false);
            return new CollectedStep(scored, at.PromptBatches, at.TokensSeen, at.TokensGenerated);
        }
        catch when (shuffled is not null)
        {
            shuffled.Calls = calls; // what was collected in part is collected anew
            throw;
        }
    }

    // The next step's completions under the weights as they are; null where rollouts do not run ahead. Done when this returns, but for
    // scores that are waited for in the background, unless sampling runs elsewhere: then it goes on while the policy learns.
    private async Task<Task<CollectedStep>?> BeginAheadAsync(int step, int promptBatches, StepClock clock, CancellationToken cancellationToken)
    {
        if (_recipe.Algorithm.RolloutStaleness == 0 || step >= TotalSteps)
            return null;
        if (_parts.Rollouts.RunsElsewhere)
            return CollectStepAsync(new Collecting(step - 1, promptBatches, isAhead: true, new StepClock()), CancellationToken.None);
        return Task.FromResult(await CollectStepAsync(new Collecting(step - 1, promptBatches, isAhead: true, clock), cancellationToken));
    }

    // Returns when nothing runs in the background, whether it went well or not.
    private static void Settle(Task<CollectedStep>? ahead)
    {
        if (ahead is null)
            return;
        Task.WaitAny(ahead);
        if (ahead.IsCompletedSuccessfully)
            Task.WaitAny(ahead.Result.Scored.Scoring);
    }

    // Under a budget of tokens the steps of the schedule are shares of the budget, lest the rate be high still when it is spent.
    private int StepsDone(int step)
    {
        static double Share(long spent, long limit) => limit > 0 ? (double)spent / limit : 0;
        double share = Math.Max(Share(_state.TokensGenerated, _recipe.Training.MaxGeneratedTokens), Share(_state.TokensTrained, _recipe.Training.MaxTrainedTokens));
        return Math.Max(step - 1, (int)(share * TotalSteps));
    }

    /// <summary>One update, or several, from the step's completions.</summary>
    /// <param name="step">What was sampled and how it was scored.</param>
    /// <param name="report">Takes losses and metrics.</param>
    /// <returns>One number a completion for the record: its advantage.</returns>
    protected abstract IReadOnlyList<double> Learn(OnlineStep step, UpdateReport report);

    /// <summary>The completions of a step with their scores. Cancellation is obeyed here only, where the weights are unchanged.</summary>
    protected virtual Task<ScoredRollouts> CollectAsync(Collecting at, CancellationToken cancellationToken) => SampleAsync(at, cancellationToken);

    /// <summary>Samples the next batch of prompts and scores it, or begins to.</summary>
    protected Task<ScoredRollouts> SampleAsync(Collecting at, CancellationToken cancellationToken) => _sampler.SampleAsync(at, cancellationToken);

    /// <summary>Whether the old log-probabilities are those that the sampler reported: as the recipe says, and always where the policy has moved since.</summary>
    protected bool OldComeFromSampler(OnlineStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _recipe.Algorithm.OldLogProbs == OldLogProbs.Sampler || step.Rollouts.PolicyVersion < step.Number - 1;
    }

    /// <summary>Passes over the step's completions, each one update of the policy by a policy loss.</summary>
    /// <param name="step">The step.</param>
    /// <param name="batch">Its completions with their advantages, cut into micro-batches.</param>
    /// <param name="iterations">Passes.</param>
    /// <param name="loss">The loss of a micro-batch.</param>
    /// <param name="report">Takes losses and metrics.</param>
    /// <param name="entropyGradients">Whether the loss depends on the entropies.</param>
    protected void Improve(
        OnlineStep step, OnlineBatch batch, int iterations, Func<PolicyLossInputs, PolicyLossOutput> loss, UpdateReport report, bool entropyGradients = false)
    {
        if (OldComeFromSampler(step))
            batch.TakeOldFromSampler();
        else if (_recipe.Rollout.ToCorrection() is not null)
            batch.CorrectForSampler();
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            Gradients.Zero(Policy.TrainableParameters);
            report.BeginIteration();
            foreach (Microbatch micro in batch.Microbatches)
            {
                using TokenLogProbs forward = Policy.Forward(micro.Rows, _recipe.Algorithm.Temperature, entropies: true);
                using PolicyLossOutput output = loss(micro.Inputs(forward));
                output.Loss.backward();
                forward.Backward(forward.LogProbs.grad!, entropyGradients ? forward.Entropies!.grad : null);
                report.Add(output);
                micro.RememberOld(forward.LogProbs);
                if (iteration == 0)
                    micro.TellSamplerGap(forward.LogProbs, report);
            }
            Update(step, report);
        }
        CountTrained(step.Rollouts.TokenCount() * iterations);
    }

    /// <summary>Clips the gradient that lies on the policy and takes an optimizer step, unless loss, gradient or a reward is unsound.</summary>
    /// <returns>Whether the step was taken.</returns>
    protected bool Update(OnlineStep step, UpdateReport report)
    {
        report.GradientNorm = Gradients.ClipNorm(Policy.TrainableParameters, _recipe.Optimizer.MaxGradNorm);
        if (!StepIsSound(report, step))
            return false;
        _optimizer.Step(step.LearningRate);
        return true;
    }

    /// <summary>Counts tokens that went through an update.</summary>
    protected void CountTrained(long tokens) => _state = _state with { TokensTrained = _state.TokensTrained + tokens };

    /// <inheritdoc/>
    public async Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken)
    {
        if (_parts.EvaluationPrompts.Count == 0)
            return [];
        // The same random numbers at every evaluation, apart from those of training: differences are the policy's.
        RolloutBatch rollouts = await _parts.Rollouts.SampleAsync(new PromptBatch(_parts.EvaluationPrompts, 1L << 40), 1, step, onFinished: null, cancellationToken);
        RewardTable rewards = await _sampler.ScoreAsync(rollouts, cancellationToken);
        _firstEvaluation ??= rollouts;
        _lastEvaluation = rollouts;
        return OnlineMetrics.OfEvaluation(rollouts, rewards, Weights);
    }

    /// <summary>Completions of one evaluation: one a held-out prompt.</summary>
    public int EvaluationCount => _parts.EvaluationPrompts.Count;

    /// <summary>Held-out prompts with the completions of the first and last evaluation in this process.</summary>
    public IEnumerable<ReportSample> Samples(int count) => _firstEvaluation is null || _lastEvaluation is null ? [] :
        _parts.EvaluationPrompts.Select((prompt, i) => new ReportSample(prompt.Text, _firstEvaluation.Completions[i].Text, _lastEvaluation.Completions[i].Text)).Take(count);

    /// <inheritdoc/>
    public virtual void SaveState(string directory)
    {
        Policy.SaveState(directory);
        _optimizer.Save(Path.Combine(directory, "optimizer.safetensors"));
        (_state with { ShuffleCalls = (_parts.Rewards as ShuffledReward)?.Calls ?? 0 }).Save(directory);
        _ahead?.Save(directory);
    }

    /// <inheritdoc/>
    public virtual void LoadState(string directory)
    {
        Policy.LoadState(directory);
        _optimizer.Load(Path.Combine(directory, "optimizer.safetensors"));
        _state = OnlineState.Load(directory);
        _ahead = CollectedStep.Load(directory);
        if (_parts.Rewards is ShuffledReward shuffled)
            shuffled.Calls = _state.ShuffleCalls;
    }

    /// <inheritdoc/>
    public void Export(string directory) => Policy.Export(directory);

    /// <summary>A reward, loss or gradient that is no number must not reach the weights; ten in a row mean the run is lost.</summary>
    /// <exception cref="TrainingException">The tenth in a row.</exception>
    protected bool StepIsSound(UpdateReport report, OnlineStep step)
    {
        string? infinite = step.Rewards.FirstInfinite();
        if (infinite is null && double.IsFinite(report.Loss) && double.IsFinite(report.GradientNorm))
        {
            _state = _state with { SkippedInARow = 0 };
            return true;
        }
        report.Skipped++;
        _state = _state with { SkippedInARow = _state.SkippedInARow + 1 };
        if (_state.SkippedInARow >= MaxSkippedInARow)
            throw new TrainingException($"Step {step.Number}: {MaxSkippedInARow} updates in a row had to be left out. " + (infinite is not null
                ? $"The reward '{infinite}' is infinite; a reward must be finite, or NaN where it does not apply. Mend its source."
                : $"Loss or gradient is not a number. Lower optimizer.learning_rate (now {_recipe.Optimizer.LearningRate:G3}), or hold the policy closer to its reference ({_recipe.Algorithm.ReferenceKey}).")
                + " Then go on with --resume from the last checkpoint, or begin anew.");
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes what the trainer owns.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _optimizer.Dispose();
        Policy.Dispose();
        (_parts.Rewards as IDisposable)?.Dispose();
    }
}
