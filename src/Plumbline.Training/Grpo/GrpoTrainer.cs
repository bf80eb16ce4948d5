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

namespace Plumbline.Training.Grpo;

/// <summary>Group Relative Policy Optimization on several named rewards at once.</summary>
/// <remarks>
/// Source: Shao et al. 2024, arXiv:2402.03300, Algorithm 1; the multi-objective reward is that of arXiv:2503.21819. Departures:
/// the loss's reduction over tokens is a choice (<c>loss_type</c>); aggregation and normalisation of the objectives are a choice
/// (<c>multi_objective_aggregation</c>, arXiv:2601.05242); the reference is the frozen start of the run and is not renewed.
/// Owns policy, optimizer and reward sources.
/// </remarks>
public sealed class GrpoTrainer : ITrainer
{
    private const int MaxSkippedInARow = 10;
    private readonly GrpoRecipe _recipe;
    private readonly GrpoOptions _options;
    private readonly Policy _policy;
    private readonly IRolloutSource _rollouts;
    private readonly IRewardSource _rewards;
    private readonly PromptSchedule _prompts;
    private readonly IReadOnlyList<Prompt> _evaluationPrompts;
    private readonly AdamW _optimizer;
    private readonly PolicyLoss _loss;
    private readonly double[] _weights;
    private readonly Action<int, CompletionTable>? _onCompletions;
    private long _tokensSeen;
    private int _skippedInARow;
    private RolloutBatch? _firstEvaluation, _lastEvaluation;

    /// <summary>Joins the parts. Takes ownership of <paramref name="policy"/> and <paramref name="rewards"/>.</summary>
    public GrpoTrainer(
        GrpoRecipe recipe, Policy policy, IRolloutSource rollouts, IRewardSource rewards, IReadOnlyList<double> weights, PromptSchedule prompts,
        IReadOnlyList<Prompt> evaluationPrompts, Action<int, CompletionTable>? onCompletions = null)
    {
        (_recipe, _options, _policy, _rollouts, _rewards, _prompts) = (recipe, recipe.Grpo, policy, rollouts, rewards, prompts);
        (_evaluationPrompts, _onCompletions) = (evaluationPrompts, onCompletions);
        _optimizer = recipe.Optimizer.Create(policy.TrainableParameters);
        _loss = PolicyLosses.Get(_options.LossType);
        _weights = [.. weights];
    }

    /// <inheritdoc/>
    public string Verb => "grpo";

    /// <inheritdoc/>
    public int TotalSteps => _prompts.TotalSteps(_recipe.Training.MaxSteps, _recipe.Training.NumTrainEpochs);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => _rewards.Objectives;

    /// <inheritdoc/>
    public bool HasConverged => false;

    /// <summary>One GRPO step: sample groups, score, compare within groups, update.</summary>
    public async Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        var clock = new StepClock();
        torch.manual_seed(_recipe.Seed * 1_000_003L + step); // dropout, and nothing else, draws from it
        PromptBatch prompts = _prompts.Batch(step);
        RolloutBatch rollouts = await _rollouts.SampleAsync(prompts, _options.NumGenerations, step - 1, cancellationToken);
        clock.Lap("rollout");
        RewardTable rewards = await _rewards.ScoreAsync([.. rollouts.Rows()], cancellationToken);
        clock.Lap("score");

        using var scope = torch.NewDisposeScope();
        using GroupAdvantagesResult advantages = GroupAdvantages.Compute(
            rewards.FiniteOrAbsent(), _options.NumGenerations, _weights, _options.ScaleRewards, _options.MultiObjectiveAggregation);
        using OnlineBatch batch = OnlineBatch.Pack(rollouts, advantages.Advantages, _recipe.Training.GradientAccumulationSteps, _options.MaskTruncatedCompletions, _policy.Device);
        if (_options.Beta != 0)
            batch.SetReference(rows => _policy.ReferenceLogProbs(rows, _options.Temperature));
        double learningRate = LearningRateSchedule.At(step - 1, TotalSteps, _recipe.Optimizer);
        var report = new UpdateReport();
        for (int iteration = 0; iteration < _options.NumIterations; iteration++)
        {
            Gradients.Zero(_policy.TrainableParameters);
            report.BeginIteration();
            foreach (Microbatch micro in batch.Microbatches)
            {
                using TokenLogProbs forward = _policy.Forward(micro.Rows, _options.Temperature, entropies: true);
                using PolicyLossOutput output = _loss(micro.Inputs(forward), _options.ToLossOptions(batch.Totals));
                output.Loss.backward();
                forward.Backward(forward.LogProbs.grad!);
                report.Add(output);
                micro.RememberOld(forward.LogProbs);
            }
            report.GradientNorm = Gradients.ClipNorm(_policy.TrainableParameters, _recipe.Optimizer.MaxGradNorm);
            if (StepIsSound(report, rewards, step))
                _optimizer.Step(learningRate);
        }
        clock.Lap("update");

        _tokensSeen += rollouts.TokenCount();
        _onCompletions?.Invoke(step, new CompletionTable(rollouts, rewards, advantages.Advantages.data<double>().ToArray()));
        return GrpoMetrics.Of(rollouts, rewards, advantages, _weights, report, learningRate, _tokensSeen, clock);
    }

    /// <inheritdoc/>
    public async Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken)
    {
        if (_evaluationPrompts.Count == 0)
            return [];
        // The same random numbers at every evaluation, apart from those of training: differences are the policy's.
        RolloutBatch rollouts = await _rollouts.SampleAsync(new PromptBatch(_evaluationPrompts, 1L << 40), 1, step, cancellationToken);
        RewardTable rewards = await _rewards.ScoreAsync([.. rollouts.Rows()], cancellationToken);
        _firstEvaluation ??= rollouts;
        _lastEvaluation = rollouts;
        return GrpoMetrics.OfEvaluation(rollouts, rewards, _weights);
    }

    /// <summary>Held-out prompts with the completions of the first and last evaluation in this process.</summary>
    public IEnumerable<ReportSample> Samples(int count) => _firstEvaluation is null || _lastEvaluation is null ? [] :
        _evaluationPrompts.Select((prompt, i) => new ReportSample(prompt.Text, _firstEvaluation.Completions[i].Text, _lastEvaluation.Completions[i].Text)).Take(count);

    /// <inheritdoc/>
    public void SaveState(string directory)
    {
        _policy.SaveState(directory);
        _optimizer.Save(Path.Combine(directory, "optimizer.safetensors"));
        new GrpoState(_tokensSeen, (_rewards as ShuffledReward)?.Calls ?? 0, _skippedInARow).Save(directory);
    }

    /// <inheritdoc/>
    public void LoadState(string directory)
    {
        _policy.LoadState(directory);
        _optimizer.Load(Path.Combine(directory, "optimizer.safetensors"));
        GrpoState state = GrpoState.Load(directory);
        (_tokensSeen, _skippedInARow) = (state.TokensSeen, state.SkippedInARow);
        if (_rewards is ShuffledReward shuffled)
            shuffled.Calls = state.ShuffleCalls;
    }

    /// <inheritdoc/>
    public void Export(string directory) => _policy.Export(directory);

    // A reward, loss or gradient that is no number must not reach the weights; ten in a row mean the run is lost.
    private bool StepIsSound(UpdateReport report, RewardTable rewards, int step)
    {
        string? infinite = rewards.FirstInfinite();
        if (infinite is null && double.IsFinite(report.Loss) && double.IsFinite(report.GradientNorm))
        {
            _skippedInARow = 0;
            return true;
        }
        report.Skipped++;
        if (++_skippedInARow >= MaxSkippedInARow)
            throw new TrainingException($"Step {step}: {MaxSkippedInARow} updates in a row had to be left out. " + (infinite is not null
                ? $"The reward '{infinite}' is infinite; a reward must be finite, or NaN where it does not apply. Mend its source."
                : $"Loss or gradient is not a number. Lower optimizer.learning_rate (now {_recipe.Optimizer.LearningRate:G3}), or raise grpo.beta.")
                + " Then go on with --resume from the last checkpoint, or begin anew.");
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _policy.Dispose();
        (_rewards as IDisposable)?.Dispose();
    }
}
