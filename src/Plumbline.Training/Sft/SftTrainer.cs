using Plumbline.Engine.Segments;
using Plumbline.Training.Data;
using Plumbline.Training.Optimization;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.Sft;

/// <summary>Supervised fine-tuning: the mean negative log-likelihood of the tokens that count, over all of a step.</summary>
/// <remarks>Owns the policy. Splitting a step into micro-batches does not change the result.</remarks>
public sealed class SftTrainer : ITrainer
{
    private const int EvaluationRows = 32;
    private readonly SftRecipe _recipe;
    private readonly Policy _policy;
    private readonly IReadOnlyList<SftExample> _train, _validation;
    private readonly RowSchedule _schedule;
    private readonly AdamW _optimizer;
    private long _tokensSeen;
    private int _countedSteps;

    /// <summary>Joins the parts. Takes ownership of <paramref name="policy"/>.</summary>
    public SftTrainer(SftRecipe recipe, Policy policy, IReadOnlyList<SftExample> train, IReadOnlyList<SftExample> validation)
    {
        (_recipe, _policy, _train, _validation) = (recipe, policy, train, validation);
        _schedule = new RowSchedule(train.Count, recipe.Training.PerDeviceTrainBatchSize * recipe.Training.GradientAccumulationSteps, recipe.Seed);
        _optimizer = recipe.Optimizer.Create(policy.TrainableParameters);
    }

    /// <inheritdoc/>
    public string Verb => "sft";

    /// <inheritdoc/>
    public int TotalSteps => _schedule.TotalSteps(_recipe.Training.MaxSteps, _recipe.Training.NumTrainEpochs);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => [];

    /// <inheritdoc/>
    public bool HasConverged => false;

    /// <inheritdoc/>
    public ParameterCounts Parameters
    {
        get
        {
            long trained = _policy.TrainableParameters.Sum(p => p.Value.numel());
            return new ParameterCounts(_policy.ParametersHeld, trained, 2 * trained);
        }
    }

    /// <inheritdoc/>
    public Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = new StepClock();
        torch.manual_seed(_recipe.Seed * 1_000_003L + step); // dropout, and nothing else, draws from it
        SftExample[] rows = [.. _schedule.Rows(step).Select(i => _train[i])];
        double tokens = rows.Sum(r => r.LearnedCount);
        double learningRate = LearningRateSchedule.At(step - 1, TotalSteps, _recipe.Optimizer);
        double loss = 0;
        Gradients.Zero(_policy.TrainableParameters);
        // Rows of like length share a micro-batch, which keeps padding small; the sum over the step is the same in any order.
        foreach (SftExample[] micro in rows.OrderBy(r => r.Length).Chunk(_recipe.Training.PerDeviceTrainBatchSize))
        {
            using var scope = torch.NewDisposeScope();
            using TokenRows packed = Pack(micro);
            using TokenLogProbs forward = _policy.Forward(packed);
            Tensor counts = LearnedMatrix.Of(micro, forward.LogProbs);                                     // (B, T)
            loss -= (forward.LogProbs * counts).sum().ToDouble() / tokens;
            forward.Backward(counts / -tokens);
        }
        double norm = Gradients.ClipNorm(_policy.TrainableParameters, _recipe.Optimizer.MaxGradNorm);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new TrainingException($"Step {step}: the loss is not a number. Lower optimizer.learning_rate (now {_recipe.Optimizer.LearningRate:G3}); the last checkpoint is whole.");
        _optimizer.Step(learningRate);
        long seen = TokensUpTo(step, rows.Sum(r => (long)r.Length));
        return Task.FromResult(new Dictionary<string, double>
        {
            ["loss"] = loss,
            ["grad_norm"] = norm,
            ["learning_rate"] = learningRate,
            ["num_tokens"] = seen,
            [MetricNames.TrainedTokens] = seen,
            ["step_time"] = clock.Total,
            ["tokens_per_second"] = rows.Sum(r => r.Length) / clock.Total,
        });
    }

    /// <inheritdoc/>
    public Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken)
    {
        if (_validation.Count == 0)
            return Task.FromResult<Dictionary<string, double>>([]);
        double sum = 0, tokens = 0;
        _policy.Adapter?.ApplyDropout(false);
        foreach (SftExample[] rows in _validation.OrderBy(r => r.Length).Chunk(EvaluationRows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            using TokenRows packed = Pack(rows);
            using TokenLogProbs forward = TokenLogProbs.Forward(_policy.Model, packed);
            sum -= (forward.LogProbs * LearnedMatrix.Of(rows, forward.LogProbs)).sum().ToDouble();
            tokens += rows.Sum(r => r.LearnedCount);
        }
        _policy.Adapter?.ApplyDropout(true);
        return Task.FromResult(new Dictionary<string, double> { ["eval_loss"] = sum / tokens, ["eval_perplexity"] = Math.Exp(sum / tokens) });
    }

    /// <inheritdoc/>
    public void SaveState(string directory)
    {
        _policy.SaveState(directory);
        _optimizer.Save(Path.Combine(directory, "optimizer.safetensors"));
    }

    /// <inheritdoc/>
    public void LoadState(string directory)
    {
        _policy.LoadState(directory);
        _optimizer.Load(Path.Combine(directory, "optimizer.safetensors"));
    }

    /// <inheritdoc/>
    public void Export(string directory) => _policy.Export(directory);

    // Over all steps so far, as TRL counts; made from the schedule, so that a resumed run need not have saved it.
    private long TokensUpTo(int step, long ofThisStep)
    {
        for (; _countedSteps < step - 1; _countedSteps++)
            _tokensSeen += _schedule.Rows(_countedSteps + 1).Sum(i => (long)_train[i].Length);
        _countedSteps = step;
        return _tokensSeen += ofThisStep;
    }

    private TokenRows Pack(IReadOnlyList<SftExample> rows) =>
        TokenRows.Pack([.. rows.Select(r => r.PromptIds)], [.. rows.Select(r => r.CompletionIds)], _policy.Device);

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _policy.Dispose();
    }
}
