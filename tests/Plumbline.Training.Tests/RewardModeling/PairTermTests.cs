using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Runs;
using TorchSharp;

namespace Plumbline.Training.Tests.RewardModeling;

/// <summary>Pairs of sentences that differ in one word: the one with "a ticket" is preferred to the one with "a bomb".</summary>
public sealed class PairTermTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Training_OnPairsAlone_PutsHeldOutOnesInOrder()
    {
        RewardRecipe recipe = Recipe();
        RewardNetwork network = WordTask.Network(recipe);
        using var trainer = new RewardTrainer(recipe, network, [], [], Pairs(network, 0, 18), Pairs(network, 18, 25));
        Dictionary<string, double> first = await trainer.StepAsync(1, CancellationToken.None), last = first;
        for (int step = 2; step <= 40; step++)
            last = await trainer.StepAsync(step, CancellationToken.None);
        Dictionary<string, double> held = await trainer.EvaluateAsync(40, CancellationToken.None);
        Assert.True(last["pair_loss"] < first["pair_loss"] / 3, $"{first["pair_loss"]} to {last["pair_loss"]}");
        Assert.Equal(last["pair_loss"], last["loss"]);
        Assert.Equal(1, held["eval_accuracy"]);
        Assert.True(held["eval_margin"] > 1);
        Assert.DoesNotContain("eval_unexplained", held.Keys);
    }

    [Fact]
    public async Task Training_OnRowsAndPairs_LearnsBoth()
    {
        RewardRecipe recipe = WordTask.Recipe(r => r with { PairObjective = "safety", PairWeight = 0.3 });
        RewardNetwork network = WordTask.Network(recipe);
        using var trainer = new RewardTrainer(
            recipe, network, WordTask.Examples(network, WordTask.Rows(200)), WordTask.Examples(network, WordTask.Rows(100, first: 300)), Pairs(network, 0, 18), Pairs(network, 18, 25));
        for (int step = 1; step <= 100; step++)
            await trainer.StepAsync(step, CancellationToken.None);
        Dictionary<string, double> held = await trainer.EvaluateAsync(100, CancellationToken.None);
        Assert.Equal(1, held["eval_accuracy"]);
        Assert.All(trainer.Reports.Values, report => Assert.True(report.Pearson > 0.85, $"{report}"));
    }

    // mean ln(1 + e^−(r_w − r_l − m)) + c·mean (r_w + r_l)², with r the sum of both heads, or the named head, read from the fresh network.
    [Theory, InlineData(null), InlineData("safety")]
    public async Task Step_First_CostsWhatTheScoresSay(string? objective)
    {
        RewardRecipe recipe = Recipe(r => r with { PairObjective = objective, CenterRewardsCoefficient = 0.5, PairWeight = 2 });
        RewardNetwork network = WordTask.Network(recipe);
        RewardPair[] pairs = [.. Pairs(network, 0, 4).Select((p, i) => p with { Margin = i })];
        double expected = pairs.Average(p =>
        {
            double chosen = Score(network, p.ChosenIds, objective), rejected = Score(network, p.RejectedIds, objective);
            return Math.Log(1 + Math.Exp(-(chosen - rejected - p.Margin))) + 0.5 * (chosen + rejected) * (chosen + rejected);
        });
        using var trainer = new RewardTrainer(recipe with { Training = recipe.Training with { PerDeviceTrainBatchSize = 4 } }, network, [], [], pairs);
        Dictionary<string, double> step = await trainer.StepAsync(1, CancellationToken.None);
        Assert.Equal(expected, step["pair_loss"], 1e-5);
        Assert.Equal(2 * step["pair_loss"], step["loss"], 1e-9);
        double[] courtesy = [.. network.Classifier.Score.grad![0].abs().max().data<float>().Select(g => (double)g)];
        Assert.Equal(objective is null, courtesy[0] > 1e-6);
    }

    [Theory, InlineData(4, 3), InlineData(1, 12)]
    public async Task Step_CutIntoMicroBatches_IsTheSameStep(int size, int pieces)
    {
        var gradients = new List<float[]>();
        foreach ((int rows, int parts) in new[] { (12, 1), (size, pieces) })
        {
            RewardRecipe recipe = Recipe(r => r with { CenterRewardsCoefficient = 0.1 }) with { Training = new TrainingOptions { MaxSteps = 1, PerDeviceTrainBatchSize = rows, GradientAccumulationSteps = parts } };
            RewardNetwork network = WordTask.Network(recipe);
            using var trainer = new RewardTrainer(recipe, network, WordTask.Examples(network, WordTask.Rows(12)), [], Pairs(network, 0, 12));
            await trainer.StepAsync(1, CancellationToken.None);
            gradients.Add([.. network.TrainableParameters.SelectMany(p => p.Value.grad!.data<float>().ToArray())]);
        }
        Assert.Contains(gradients[0], g => Math.Abs(g) > 1e-3);
        Assert.All(gradients[0].Zip(gradients[1]), g => Assert.Equal(g.First, g.Second, 1e-5));
    }

    [Fact]
    public async Task Run_WithPairsAlone_ExportsAModelThatScoresAndReportsItsAccuracy()
    {
        File.WriteAllLines(_folder["pairs.jsonl"], Enumerable.Range(0, 25).Select(i =>
            $$"""{"prompt":"","chosen":"{{Sentence(i, "a ticket")}}","rejected":"{{Sentence(i, "a bomb")}}","split":"{{(i < 18 ? "train" : "val")}}"}"""));
        RewardRecipe recipe = Recipe() with { OutputDir = _folder["run"], Data = new RewardData { Pairs = [_folder["pairs.jsonl"]], Objectives = ["reward"], MaxLength = 32 }, Training = new TrainingOptions { MaxSteps = 30, PerDeviceTrainBatchSize = 9, EvalSteps = 10 } };
        Assert.Empty(recipe.Faults("").Concat(recipe.Data.Faults("data")));
        (TrainingOutcome outcome, string folder, _) = await RewardRun.RunAsync(recipe, resume: false, new RecordingObserver(), CancellationToken.None);
        Assert.Equal(1, outcome.Metrics["eval_accuracy"]);
        Assert.Contains("held-out pairs in the right order", File.ReadAllText(Path.Combine(folder, "report.html")));
        using RewardModel model = RewardModel.Load(Path.Combine(folder, "final"));
        double[][] scores = model.Score([("", Sentence(24, "a ticket")), ("", Sentence(24, "a bomb"))]).Scores;
        Assert.True(scores[0][0] > scores[1][0] + 0.5, $"{scores[0][0]} and {scores[1][0]}");
    }

    [Fact]
    public void Faults_OfPairOptions_AreTold()
    {
        RewardRecipe recipe = Recipe(r => r with { PairObjective = "kindness", PairWeight = 0, CenterRewardsCoefficient = -1 });
        Assert.Contains(recipe.Faults(""), f => f.Contains("reward.pair_objective", StringComparison.Ordinal) && f.Contains("courtesy, safety", StringComparison.Ordinal));
        Assert.Equal(2, recipe.Reward.Faults("reward").Count());
        Assert.Contains(new RewardData().Faults("data"), f => f.Contains("data.pairs", StringComparison.Ordinal));
    }

    private static RewardRecipe Recipe(Func<RewardOptions, RewardOptions>? reward = null) => WordTask.Recipe(reward, t => t with { MaxSteps = 40, PerDeviceTrainBatchSize = 9 });

    private static RewardPair[] Pairs(RewardNetwork network, int from, int to) => [.. Enumerable.Range(from, to - from).Select(i =>
        new RewardPair(network.Model.Encode(null, "", Sentence(i, "a ticket")), network.Model.Encode(null, "", Sentence(i, "a bomb")), 0))];

    private static string Sentence(int i, string thing) => $"{new[] { "the ferry", "a lamp", "this garden", "my letter", "the clerk" }[i % 5]} {new[] { "needs", "finds", "brings", "opens", "wants" }[i / 5 % 5]} {thing}";

    private static double Score(RewardNetwork network, int[] ids, string? objective)
    {
        using var scope = torch.NewDisposeScope();
        Tensor outputs = network.Classifier.Forward(torch.tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0), torch.ones(1, ids.Length, dtype: torch.ScalarType.Bool));
        return objective is null ? outputs.sum().ToDouble() : outputs[0, network.Classifier.Labels.ToList().IndexOf(objective)].ToDouble();
    }

    public void Dispose() => _folder.Dispose();
}
