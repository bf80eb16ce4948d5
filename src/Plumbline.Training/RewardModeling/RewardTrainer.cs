using System.Text.Json.Nodes;
using Plumbline.Core.Losses;
using Plumbline.Core.Statistics;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Heads;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Optimization;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>Multi-label reward regression: one trunk, one linear head of M named objectives, rows that may lack labels.</summary>
/// <remarks>
/// Source: arXiv:2503.21819, section 3 (one model, several regression heads); masking as in HelpSteer2 (arXiv:2406.08673).
/// With <c>balance</c> each objective's error is averaged over its own labelled rows and divided by the variance of its labels before
/// objectives are added, so that one with a tenth of the rows, or with labels close together, weighs as much as the others.
/// Pairs, where there are any, add their Bradley-Terry loss (see <see cref="RewardPair"/>). The weights of the best validation are kept and exported.
/// Owns the model.
/// </remarks>
public sealed class RewardTrainer : IRewardTrainer
{
    private const string BestFile = "best.safetensors", AverageFile = "average.safetensors";
    private readonly RewardRecipe _recipe;
    private readonly RewardNetwork _network;
    private readonly IReadOnlyList<RewardExample> _train, _validation;
    private readonly RowSchedule _schedule;
    private readonly AdamW _optimizer;
    private readonly RegressionKind _kind;
    private readonly double[] _weights, _labelledPerStep;
    private readonly WeightAverage? _average;
    private readonly PairTerm _pairs;
    private readonly Dictionary<string, Tensor> _best = [];
    private double _bestScore = double.PositiveInfinity;
    private int _withoutImprovement;

    /// <summary>Joins the parts. Takes ownership of <paramref name="network"/>.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="network">Fresh.</param>
    /// <param name="train">Labelled rows; may be empty where there are pairs.</param>
    /// <param name="validation">Held-out rows; may be empty.</param>
    /// <param name="pairs">Pairs to learn beside the rows; null for none.</param>
    /// <param name="validationPairs">Held-out pairs; null for none.</param>
    public RewardTrainer(
        RewardRecipe recipe, RewardNetwork network, IReadOnlyList<RewardExample> train, IReadOnlyList<RewardExample> validation,
        IReadOnlyList<RewardPair>? pairs = null, IReadOnlyList<RewardPair>? validationPairs = null)
    {
        _pairs = new PairTerm(recipe, network, pairs ?? [], validationPairs ?? []);
        (_recipe, _network, _train, _validation) = (recipe, network, train, validation);
        int rowsPerStep = recipe.Training.PerDeviceTrainBatchSize * recipe.Training.GradientAccumulationSteps;
        _schedule = new RowSchedule(train.Count > 0 ? train.Count : pairs?.Count ?? 0, rowsPerStep, recipe.Seed); // without rows, pairs count the epochs
        _optimizer = recipe.Optimizer.Create(network.TrainableParameters);
        _average = recipe.Reward.EmaDecay > 0 ? new WeightAverage(network.TrainableParameters, recipe.Reward.EmaDecay) : null;
        _kind = recipe.Reward.Kind();
        double[] labelled = [.. Objectives.Select((_, k) => (double)train.Count(r => !double.IsNaN(r.Labels[k])))];
        // The expected count of a step, not the step's own: an objective with three rows in a batch must not shout.
        _labelledPerStep = [.. labelled.Select(n => Math.Max(n, 1) * rowsPerStep / Math.Max(train.Count, 1))];
        _weights = [.. labelled.Select((n, k) => recipe.Reward.Balance ? 1.0 / Spread(train, k) : n / Math.Max(labelled.Average(), 1.0 / labelled.Length))];
    }

    /// <inheritdoc/>
    public string Verb => "reward";

    /// <inheritdoc/>
    public int TotalSteps => _schedule.TotalSteps(_recipe.Training.MaxSteps, _recipe.Training.NumTrainEpochs);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => _network.Classifier.Labels;

    /// <inheritdoc/>
    public bool HasConverged => _recipe.Reward.EarlyStoppingPatience > 0 && _withoutImprovement >= _recipe.Reward.EarlyStoppingPatience;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ObjectiveReport> Reports { get; private set; } = new Dictionary<string, ObjectiveReport>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> PairMetrics { get; private set; } = new Dictionary<string, double>();

    /// <inheritdoc/>
    public Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = new StepClock();
        // Rows of like length share a micro-batch, so that little of it is padding.
        RewardExample[] rows = _train.Count == 0 ? [] : [.. _schedule.Rows(step).Select(i => _train[i]).OrderBy(r => r.Ids.Length)];
        double learningRate = LearningRateSchedule.At(step - 1, TotalSteps, _recipe.Optimizer);
        double loss = 0, languageLoss = 0;
        var language = new LanguageTerm(_recipe, step, rows);
        using var noise = new RowNoise(_recipe, step, rows.Length, _network);
        Gradients.Zero(_network.TrainableParameters);
        int size = _recipe.Training.PerDeviceTrainBatchSize;
        for (int start = 0; start < rows.Length; start += size)
        {
            using var scope = torch.NewDisposeScope();
            RewardExample[] micro = rows[start..Math.Min(start + size, rows.Length)];
            (Tensor ids, Tensor present) = TokenMatrix.Pack([.. micro.Select((r, i) => noise.Hide(start + i, r.Ids))], _network.Classifier.Score.device);
            Tensor labels = torch.tensor(micro.SelectMany(r => r.Labels.Select(l => (float)l)).ToArray(), micro.Length, Objectives.Count, device: ids.device);
            Tensor hidden = _network.Classifier.Decoder.Hidden(ids);                                       // (B, T, width)
            Tensor predictions = _network.Classifier.ScoreHidden(hidden, present, noise.Pooled(start, micro.Length));
            Tensor share = MaskedRegression.Compute(predictions, labels, _weights, _kind, _labelledPerStep);
            Tensor? nextTokens = language.Loss(hidden, _network.Classifier.Decoder, start, micro);
            Tensor labelled = language.Alone ? share * 0.0 : share;
            (nextTokens is null ? labelled : labelled + language.Weight * nextTokens).backward();
            loss += share.ToDouble();
            languageLoss += nextTokens?.ToDouble() ?? 0;
        }
        Dictionary<string, double> pairs = language.Alone ? [] : _pairs.Backward(step);
        double norm = Gradients.ClipNorm(_network.TrainableParameters, _recipe.Optimizer.MaxGradNorm);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new TrainingException($"Step {step}: the loss is not a number. Lower optimizer.learning_rate (now {_recipe.Optimizer.LearningRate:G3}); the last checkpoint is whole.");
        _optimizer.Step(learningRate);
        _average?.Add(step);
        var metrics = new Dictionary<string, double>(pairs)
        {
            ["loss"] = loss + _recipe.Reward.PairWeight * pairs.GetValueOrDefault("pair_loss"),
            ["grad_norm"] = norm,
            ["learning_rate"] = learningRate,
            ["step_time"] = clock.Total,
            ["tokens_per_second"] = rows.Sum(r => r.Ids.Length) / clock.Total,
        };
        if (language.Weight > 0)
            metrics["language_loss"] = languageLoss;
        return Task.FromResult(metrics);
    }

    /// <inheritdoc/>
    public Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken)
    {
        if (_validation.Count == 0 && !_pairs.CanEvaluate)
            return Task.FromResult<Dictionary<string, double>>([]);
        using IDisposable? averaged = _average?.PutIn();
        PairMetrics = _pairs.CanEvaluate ? _pairs.Evaluate(cancellationToken) : [];
        var metrics = new Dictionary<string, double>(PairMetrics);
        if (_validation.Count > 0)
            EvaluateRows(metrics, cancellationToken);
        Judge(step, metrics.GetValueOrDefault("eval_unexplained") + _recipe.Reward.PairWeight * metrics.GetValueOrDefault("eval_pair_loss"));
        return Task.FromResult(metrics);
    }

    private void EvaluateRows(Dictionary<string, double> metrics, CancellationToken cancellationToken)
    {
        double[][] predictions = _network.Model.ScoreIds([.. _validation.Select(r => r.Ids)], cancellationToken);
        Reports = ObjectiveReport.Of(Objectives, predictions, [.. _validation.Select(r => r.Labels)]);
        foreach ((string name, double value) in ObjectiveReport.Metrics(Reports))
            metrics[name] = value;
    }

    private void Judge(int step, double score)
    {
        bool tooSoon = _recipe.Model is null && step <= _recipe.Scratch.PretrainSteps; // no label was learned yet
        if (score < _bestScore)
        {
            (_bestScore, _withoutImprovement) = (score, 0);
            KeepBest();
        }
        else if (!tooSoon)
            _withoutImprovement++;
    }

    /// <inheritdoc/>
    public void SaveState(string directory)
    {
        SafetensorsWriter.Write(Path.Combine(directory, "reward.safetensors"), _network.TrainableParameters);
        _average?.Save(Path.Combine(directory, AverageFile));
        if (_best.Count > 0)
            SafetensorsWriter.Write(Path.Combine(directory, BestFile), _best);
        _optimizer.Save(Path.Combine(directory, "optimizer.safetensors"));
        var state = new JsonObject { ["best"] = double.IsFinite(_bestScore) ? _bestScore : null, ["without_improvement"] = _withoutImprovement };
        File.WriteAllText(Path.Combine(directory, "trainer.json"), state.ToJsonString());
    }

    /// <inheritdoc/>
    public void LoadState(string directory)
    {
        WeightFile.CopyInto(_network.TrainableParameters, Path.Combine(directory, "reward.safetensors"));
        _average?.Load(Path.Combine(directory, AverageFile));
        _optimizer.Load(Path.Combine(directory, "optimizer.safetensors"));
        JsonNode state = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "trainer.json")))!;
        _bestScore = (double?)state["best"] ?? double.PositiveInfinity;
        _withoutImprovement = (int)state["without_improvement"]!;
        if (File.Exists(Path.Combine(directory, BestFile)))
        {
            KeepBest();
            WeightFile.CopyInto(_best, Path.Combine(directory, BestFile));
        }
    }

    /// <summary>Restores the weights of the best validation and writes them as transformers' sequence classification.</summary>
    public void Export(string directory)
    {
        if (_best.Count > 0)
            RestoreBest();
        else
            _average?.PutIn();
        if (_pairs.CanEvaluate)
            PairMetrics = _pairs.Evaluate(CancellationToken.None);
        if (_validation.Count > 0)
            Reports = ObjectiveReport.Of(Objectives, _network.Model.ScoreIds([.. _validation.Select(r => r.Ids)]), [.. _validation.Select(r => r.Labels)]);
        _network.Save(directory);
    }

    // The variance of an objective's labels; 1 where they are all alike, and no error is small beside it.
    private static double Spread(IReadOnlyList<RewardExample> rows, int objective)
    {
        double variance = MeanSquaredError.OfTheMean([.. rows.Select(r => r.Labels[objective]).Where(l => !double.IsNaN(l))]);
        return variance > 1e-6 ? variance : 1.0;
    }

    private void KeepBest()
    {
        using var noGradient = torch.no_grad();
        foreach (KeyValuePair<string, Tensor> parameter in _network.TrainableParameters)
            if (_best.TryGetValue(parameter.Key, out Tensor? kept))
                kept.copy_(parameter.Value);
            else
                _best[parameter.Key] = parameter.Value.detach().clone().DetachFromDisposeScope();
    }

    private void RestoreBest()
    {
        using var noGradient = torch.no_grad();
        foreach (KeyValuePair<string, Tensor> parameter in _network.TrainableParameters)
            if (_best.TryGetValue(parameter.Key, out Tensor? kept))
                parameter.Value.copy_(kept);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor kept in _best.Values)
            kept.Dispose();
        _average?.Dispose();
        _optimizer.Dispose();
        _network.Dispose();
    }
}
