using Plumbline.Core.Statistics;
using Plumbline.Models.Checkpoints;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.RewardModeling;

/// <summary>A reward head in one step: ridge regression, an objective at a time, on the states of a frozen trunk.</summary>
/// <remarks>Source: Wang et al. 2024, arXiv:2406.12845 (ArmoRM), stage 1; departure: with an intercept, and the penalty by leave-one-out for each objective. Owns the network.</remarks>
internal sealed class RidgeTrainer(RewardRecipe recipe, RewardNetwork network, IReadOnlyList<RewardExample> train, IReadOnlyList<RewardExample> validation) : IRewardTrainer
{
    private const string HeadFile = "head.safetensors";

    public string Verb => "reward";

    public int TotalSteps => 1;

    public IReadOnlyList<string> Objectives => network.Classifier.Labels;

    public bool HasConverged => false;

    public IReadOnlyDictionary<string, ObjectiveReport> Reports { get; private set; } = new Dictionary<string, ObjectiveReport>();

    public IReadOnlyDictionary<string, double> PairMetrics { get; } = new Dictionary<string, double>();

    /// <summary>Reads the states of all rows and fits; the metrics tell each objective's penalty and its error, rows left out one by one.</summary>
    public Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken)
    {
        var clock = new StepClock();
        double[][] features = network.Model.Features([.. train.Select(row => row.Ids)], cancellationToken);
        clock.Lap("features");
        var fits = new RidgeFit[Objectives.Count];
        // Objectives with labels on the same rows share the decomposition.
        foreach (IGrouping<string, int> alike in Enumerable.Range(0, fits.Length).GroupBy(k => string.Join(',', Labelled(k))))
        {
            int[] rows = Labelled(alike.First());
            if (rows.Length < 2)
                throw new TrainingException($"{string.Join(", ", alike.Select(k => Objectives[k]))}: {rows.Length} training rows have a label, but a fit needs 2 at least. Label more rows, or leave the objective out of data.objectives.");
            using Tensor states = torch.tensor(rows.SelectMany(i => features[i]).ToArray(), rows.Length, features[0].Length);
            using var ridge = new RidgeRegression(states);
            foreach (int k in alike)
                fits[k] = ridge.Fit([.. rows.Select(i => train[i].Labels[k])], recipe.Reward.RidgeLambda);
        }
        Put(fits);
        clock.Lap("fit");
        var metrics = new Dictionary<string, double> { ["step_time"] = clock.Total, ["loss"] = fits.Average(fit => fit.LeaveOneOutError) };
        foreach ((string name, RidgeFit fit) in Objectives.Zip(fits))
            (metrics[$"ridge_lambda/{name}"], metrics[$"leave_one_out_mse/{name}"]) = (fit.Lambda, fit.LeaveOneOutError);
        foreach ((string phase, double seconds) in clock.Phases)
            metrics[MetricNames.PhasePrefix + phase] = seconds;
        return Task.FromResult(metrics);
    }

    private int[] Labelled(int objective) => [.. Enumerable.Range(0, train.Count).Where(i => !double.IsNaN(train[i].Labels[objective]))];

    private void Put(RidgeFit[] fits)
    {
        using var scope = torch.NewDisposeScope();
        network.Classifier.SetHead(
            torch.tensor(fits.SelectMany(fit => fit.Weights.Select(weight => (float)weight)).ToArray(), fits.Length, fits[0].Weights.Length),
            torch.tensor(fits.Select(fit => (float)fit.Intercept).ToArray()));
    }

    public Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken)
    {
        if (validation.Count == 0)
            return Task.FromResult<Dictionary<string, double>>([]);
        Reports = ObjectiveReport.Of(Objectives, network.Model.ScoreIds([.. validation.Select(row => row.Ids)], cancellationToken), [.. validation.Select(row => row.Labels)]);
        return Task.FromResult(ObjectiveReport.Metrics(Reports));
    }

    public void SaveState(string directory) => SafetensorsWriter.Write(Path.Combine(directory, HeadFile), network.Classifier.HeadParameters());

    public void LoadState(string directory)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(directory, HeadFile));
        using Tensor score = file.Read("score.weight");
        using Tensor? bias = file.Entries.ContainsKey("score.bias") ? file.Read("score.bias") : null;
        network.Classifier.SetHead(score, bias);
    }

    public void Export(string directory) => network.Save(directory);

    public void Dispose() => network.Dispose();
}
