using Plumbline.Core.Advantages;
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
    private readonly AdamW _optimizer;
    private OnlineState _state = new();
    private RolloutBatch? _firstEvaluation, _lastEvaluation;

    /// <summary>Joins the parts and takes ownership of policy and rewards.</summary>
    protected OnlineTrainer(OnlineRecipe recipe, OnlineParts parts)
    {
        (_recipe, _parts) = (recipe, parts);
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

    /// <summary>Sample, score, learn.</summary>
    public async Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        var clock = new StepClock();
        torch.manual_seed(_recipe.Seed * 1_000_003L + step); // dropout, and nothing else, draws from it
        double learningRate = LearningRateSchedule.At(StepsDone(step), TotalSteps, _recipe.Optimizer);
        (RolloutBatch rollouts, RewardTable rewards) = await CollectAsync(step, clock, cancellationToken);
        using var scope = torch.NewDisposeScope();
        var report = new UpdateReport();
        var current = new OnlineStep(step, learningRate, rollouts, rewards);
        IReadOnlyList<double> advantages = Learn(current, report);
        clock.Lap("update");
        _parts.OnCompletions?.Invoke(step, new CompletionTable(rollouts, rewards, advantages));
        return OnlineMetrics.Of(current, report, Weights, _state, clock);
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
    protected virtual Task<(RolloutBatch Rollouts, RewardTable Rewards)> CollectAsync(int step, StepClock clock, CancellationToken cancellationToken) =>
        SampleAsync(step, clock, cancellationToken);

    /// <summary>Samples and scores the next batch of prompts.</summary>
    protected async Task<(RolloutBatch Rollouts, RewardTable Rewards)> SampleAsync(int step, StepClock clock, CancellationToken cancellationToken)
    {
        PromptBatch prompts = _parts.Prompts.Batch(_state.PromptBatches + 1);
        RolloutBatch rollouts = await _parts.Rollouts.SampleAsync(prompts, _recipe.Algorithm.NumGenerations, step - 1, cancellationToken);
        clock.Lap("rollout");
        RewardTable rewards = await ScoreAsync(rollouts, cancellationToken);
        clock.Lap("score");
        _state = _state with
        {
            PromptBatches = _state.PromptBatches + 1,
            TokensSeen = _state.TokensSeen + rollouts.TokenCount(),
            TokensGenerated = _state.TokensGenerated + rollouts.Completions.Sum(c => (long)c.TokenIds.Length),
        };
        return (rollouts, rewards);
    }

    private async Task<RewardTable> ScoreAsync(RolloutBatch rollouts, CancellationToken cancellationToken)
    {
        RewardTable rewards = await _parts.Rewards.ScoreAsync([.. rollouts.Rows()], cancellationToken);
        OnlineOptions options = _recipe.Algorithm;
        if (options.OverlongCache == 0)
            return rewards;
        double[][] penalties = [.. rollouts.Completions.Select(c => new[] { OverlongPenalty.Of(c.TokenIds.Length, options.MaxCompletionLength, options.OverlongCache) })];
        return RewardTable.Join([rewards, new RewardTable([OnlineOptions.Overlong], penalties)]);
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
        RolloutBatch rollouts = await _parts.Rollouts.SampleAsync(new PromptBatch(_parts.EvaluationPrompts, 1L << 40), 1, step, cancellationToken);
        RewardTable rewards = await ScoreAsync(rollouts, cancellationToken);
        _firstEvaluation ??= rollouts;
        _lastEvaluation = rollouts;
        return OnlineMetrics.OfEvaluation(rollouts, rewards, Weights);
    }

    /// <summary>Held-out prompts with the completions of the first and last evaluation in this process.</summary>
    public IEnumerable<ReportSample> Samples(int count) => _firstEvaluation is null || _lastEvaluation is null ? [] :
        _parts.EvaluationPrompts.Select((prompt, i) => new ReportSample(prompt.Text, _firstEvaluation.Completions[i].Text, _lastEvaluation.Completions[i].Text)).Take(count);

    /// <inheritdoc/>
    public virtual void SaveState(string directory)
    {
        Policy.SaveState(directory);
        _optimizer.Save(Path.Combine(directory, "optimizer.safetensors"));
        (_state with { ShuffleCalls = (_parts.Rewards as ShuffledReward)?.Calls ?? 0 }).Save(directory);
    }

    /// <inheritdoc/>
    public virtual void LoadState(string directory)
    {
        Policy.LoadState(directory);
        _optimizer.Load(Path.Combine(directory, "optimizer.safetensors"));
        _state = OnlineState.Load(directory);
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
