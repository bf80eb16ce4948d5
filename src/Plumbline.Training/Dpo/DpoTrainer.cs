using Plumbline.Core.Losses.Preference;
using Plumbline.Engine.Segments;
using Plumbline.Training.Data;
using Plumbline.Training.Optimization;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.Dpo;

/// <summary>Direct Preference Optimization: the policy learns to prefer the chosen answers more than its reference does, without a reward model.</summary>
/// <remarks>
/// Source: Rafailov et al. 2023, arXiv:2305.18290, section 4; the other losses are named in theirs. The reference is the base with the adapter off, a frozen
/// copy in full fine-tuning, or its log-probabilities computed once before the first step. How a step is cut into micro-batches does not change it,
/// except by rounding. Owns the policy.
/// </remarks>
public sealed class DpoTrainer : ITrainer
{
    private const int ForwardPairs = 16;
    private readonly DpoRecipe _recipe;
    private readonly DpoOptions _options;
    private readonly Policy _policy;
    private readonly IReadOnlyList<DpoExample> _train, _validation;
    private readonly float[][]? _trainReference, _validationReference;
    private readonly RowSchedule _schedule;
    private readonly AdamW _optimizer;
    private long _tokensSeen;
    private int _countedSteps;

    /// <summary>Joins the parts, and computes the reference's log-probabilities where the recipe asks for it. Takes ownership of <paramref name="policy"/>.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="policy">Fresh; loaded with a reference unless it is computed here.</param>
    /// <param name="train">Pairs to learn; at least one.</param>
    /// <param name="validation">Held-out pairs; may be empty.</param>
    public DpoTrainer(DpoRecipe recipe, Policy policy, IReadOnlyList<DpoExample> train, IReadOnlyList<DpoExample> validation)
    {
        (_recipe, _options, _policy, _train, _validation) = (recipe, recipe.Dpo, policy, train, validation);
        _schedule = new RowSchedule(train.Count, recipe.Training.PerDeviceTrainBatchSize * recipe.Training.GradientAccumulationSteps, recipe.Seed);
        _optimizer = recipe.Optimizer.Create(policy.TrainableParameters);
        ApplyDropout(true);
        if (_options.PrecomputeRefLogProbs)
            (_trainReference, _validationReference) = (Precompute(train), Precompute(validation));
    }

    /// <inheritdoc/>
    public string Verb => "dpo";

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

    /// <summary>One DPO step: log-probabilities of both answers under policy and reference, the loss on their difference, update.</summary>
    public Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = new StepClock();
        torch.manual_seed(_recipe.Seed * 1_000_003L + step); // dropout, and nothing else, draws from it
        int[] pairs = [.. _schedule.Rows(step).OrderBy(i => _train[i].Length)]; // those of like length share a micro-batch, which keeps padding small
        PreferenceOptions options = _options.ToLossOptions(Totals([.. pairs.Select(i => _train[i])]));
        double learningRate = LearningRateSchedule.At(step - 1, TotalSteps, _recipe.Optimizer);
        var report = new PreferenceReport();
        Gradients.Zero(_policy.TrainableParameters);
        foreach (int[] micro in pairs.Chunk(_recipe.Training.PerDeviceTrainBatchSize))
        {
            using var scope = torch.NewDisposeScope();
            using TokenRows rows = Pack([.. micro.Select(i => _train[i])]);
            Tensor reference = Reference(rows, _trainReference, micro);
            using TokenLogProbs forward = _policy.Forward(rows);
            using PreferenceOutput output = PreferenceLosses.Compute(Inputs(forward.LogProbs, rows, reference), options);
            output.Loss.backward();
            forward.Backward(forward.LogProbs.grad!);
            report.Add(output);
        }
        double norm = Gradients.ClipNorm(_policy.TrainableParameters, _recipe.Optimizer.MaxGradNorm);
        if (!double.IsFinite(report.Loss) || !double.IsFinite(norm))
            throw new TrainingException($"Step {step}: the loss is not a number. Lower optimizer.learning_rate (now {_recipe.Optimizer.LearningRate:G3}), or raise dpo.beta; the last checkpoint is whole.");
        _optimizer.Step(learningRate);
        clock.Lap("update");
        return Task.FromResult(Metrics(step, report, norm, learningRate, pairs, clock));
    }

    /// <inheritdoc/>
    public Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken)
    {
        if (_validation.Count == 0)
            return Task.FromResult<Dictionary<string, double>>([]);
        using var noGradient = torch.no_grad();
        PreferenceOptions options = _options.ToLossOptions(Totals(_validation));
        var report = new PreferenceReport();
        ApplyDropout(false);
        foreach (int[] batch in ByLength(_validation))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            using TokenRows rows = Pack([.. batch.Select(i => _validation[i])]);
            Tensor reference = Reference(rows, _validationReference, batch);
            using TokenLogProbs forward = TokenLogProbs.Forward(_policy.Model, rows);
            using PreferenceOutput output = PreferenceLosses.Compute(Inputs(forward.LogProbs, rows, reference), options);
            report.Add(output);
        }
        ApplyDropout(true);
        return Task.FromResult(report.Metrics().Append(new("loss", report.Loss)).ToDictionary(m => "eval_" + m.Key, m => m.Value));
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

    private PreferenceInputs Inputs(Tensor tokenLogProbs, TokenRows rows, Tensor reference)
    {
        Tensor[] policy = SequenceLogProbs.Sum(tokenLogProbs, rows.Mask, _options.LdAlpha).chunk(2, 0);
        Tensor[] fixedOnes = reference.chunk(2, 0);
        Tensor[] lengths = rows.Mask.sum(1L, type: torch.ScalarType.Int64).chunk(2, 0);
        return new PreferenceInputs
        {
            ChosenLogProbs = policy[0],
            RejectedLogProbs = policy[1],
            ReferenceChosenLogProbs = fixedOnes[0],
            ReferenceRejectedLogProbs = fixedOnes[1],
            ChosenLengths = lengths[0],
            RejectedLengths = lengths[1],
            ChosenLikelihoods = _options.LdAlpha is null ? null : SequenceLogProbs.Sum(tokenLogProbs, rows.Mask).chunk(2, 0)[0],
            Weights = _options.UseWeighting ? PairWeights.OnPolicy(tokenLogProbs, CollisionLogProbs.Of(_policy.Model, rows), rows.Mask) : null,
        };
    }

    // Whole answers' log-probabilities under the reference, (2P): chosen, then rejected.
    private Tensor Reference(TokenRows rows, float[][]? computed, int[] pairs) => computed is null
        ? SequenceLogProbs.Sum(_policy.ReferenceLogProbs(rows), rows.Mask, _options.LdAlpha)
        : torch.tensor([.. pairs.Select(i => computed[i][0]), .. pairs.Select(i => computed[i][1])], device: rows.Mask.device);

    // (chosen, rejected) of every pair. In full fine-tuning the policy itself is the reference as long as no step was made.
    private float[][] Precompute(IReadOnlyList<DpoExample> examples)
    {
        var computed = new float[examples.Count][];
        using var noGradient = torch.no_grad();
        foreach (int[] batch in ByLength(examples))
        {
            using var scope = torch.NewDisposeScope();
            using TokenRows rows = Pack([.. batch.Select(i => examples[i])]);
            using TokenLogProbs? start = _policy.Adapter is null ? TokenLogProbs.Forward(_policy.Model, rows) : null;
            float[] sums = [.. SequenceLogProbs.Sum(start?.LogProbs ?? _policy.ReferenceLogProbs(rows), rows.Mask, _options.LdAlpha).cpu().data<float>()];
            for (int i = 0; i < batch.Length; i++)
                computed[batch[i]] = [sums[i], sums[batch.Length + i]];
        }
        return computed;
    }

    private Dictionary<string, double> Metrics(int step, PreferenceReport report, double norm, double learningRate, int[] pairs, StepClock clock)
    {
        double total = clock.Total;
        long tokens = pairs.Sum(i => (long)_train[i].TokenCount), seen = TokensUpTo(step, tokens);
        return new Dictionary<string, double>(report.Metrics())
        {
            ["loss"] = report.Loss,
            ["grad_norm"] = norm,
            ["learning_rate"] = learningRate,
            ["num_tokens"] = seen,
            [MetricNames.TrainedTokens] = seen,
            [MetricNames.PhasePrefix + "update"] = clock.Phases["update"],
            ["step_time"] = total,
            ["tokens_per_second"] = tokens / total,
        };
    }

    private void ApplyDropout(bool training) => _policy.Adapter?.ApplyDropout(training && !_options.DisableDropout);

    // Over all steps so far, as TRL counts; made from the schedule, so that a resumed run need not have saved it.
    private long TokensUpTo(int step, long ofThisStep)
    {
        for (; _countedSteps < step - 1; _countedSteps++)
            _tokensSeen += _schedule.Rows(_countedSteps + 1).Sum(i => (long)_train[i].TokenCount);
        _countedSteps = step;
        return _tokensSeen += ofThisStep;
    }

    private TokenRows Pack(DpoExample[] pairs) => TokenRows.Pack(
        [.. pairs.Select(p => p.PromptIds), .. pairs.Select(p => p.PromptIds)], [.. pairs.Select(p => p.ChosenIds), .. pairs.Select(p => p.RejectedIds)], _policy.Device);

    private static PreferenceTotals Totals(IReadOnlyList<DpoExample> pairs) => new(pairs.Count, pairs.Sum(p => (double)p.ChosenIds.Length));

    private static IEnumerable<int[]> ByLength(IReadOnlyList<DpoExample> examples) =>
        Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].Length).Chunk(ForwardPairs);

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _policy.Dispose();
    }
}
