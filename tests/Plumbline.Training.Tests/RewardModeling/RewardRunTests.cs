using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.RewardModeling;

public sealed class RewardRunTests
{
    private static readonly string[] Timings = ["step_time", "tokens_per_second"];

    [Fact]
    public async Task Run_InterruptedAndResumed_HasTheMetricsAndTheModelOfAnUninterruptedOne()
    {
        using var folder = new TemporaryFolder();
        RewardRecipe recipe = OnDisk(folder);
        recipe = recipe with
        {
            Scratch = recipe.Scratch with { LanguageWeight = 0.2 },
            Reward = new RewardOptions { Dropout = 0.2, TokenDropout = 0.1, EmaDecay = 0.9, EarlyStoppingPatience = 0 },
            Training = new TrainingOptions { MaxSteps = 16, PerDeviceTrainBatchSize = 8, GradientAccumulationSteps = 2, EvalSteps = 4 },
        };
        (TrainingOutcome whole, string wholeFolder, _) = await RewardRun.RunAsync(recipe with { OutputDir = folder["whole"] }, resume: false, new RecordingObserver(), CancellationToken.None);
        using var source = new CancellationTokenSource();
        (TrainingOutcome cut, string cutFolder, _) = await RewardRun.RunAsync(recipe with { OutputDir = folder["cut"] }, resume: false, new CancelsAfter(source, 6), source.Token);
        Assert.False(whole.Interrupted);
        Assert.True(cut.Interrupted);
        (TrainingOutcome resumed, _, _) = await RewardRun.RunAsync(recipe with { OutputDir = folder["cut"] }, resume: true, new RecordingObserver(), CancellationToken.None);
        Assert.Equal(16, resumed.Steps);
        string[] wholeMetrics = Metrics(wholeFolder);
        Assert.Equal(17, wholeMetrics.Length);
        Assert.Equal(wholeMetrics, Metrics(cutFolder));
        Assert.Equal(File.ReadAllBytes(Path.Combine(wholeFolder, "final", "model.safetensors")), File.ReadAllBytes(Path.Combine(cutFolder, "final", "model.safetensors")));
    }

    [Theory, InlineData(RewardLoss.Mse, RewardPooling.Mean), InlineData(RewardLoss.Logistic, RewardPooling.Last)]
    public async Task Final_ReadBack_GivesTheFiguresOfTheRun(RewardLoss loss, RewardPooling pooling)
    {
        using var folder = new TemporaryFolder();
        // Rows longer than max_length are cut when scored as they were when trained.
        RewardRecipe recipe = OnDisk(folder) with { OutputDir = folder["run"], Reward = new RewardOptions { Loss = loss, Pooling = pooling } };
        recipe = recipe with { Data = recipe.Data with { MaxLength = 8 } };
        (_, string run, IReadOnlyDictionary<string, ObjectiveReport> reports) = await RewardRun.RunAsync(recipe, resume: false, new RecordingObserver(), CancellationToken.None);
        using RewardModel model = RewardModel.Load(Path.Combine(run, "final"));
        RewardRow[] held = WordTask.Rows(60, first: 300);
        RewardTable table = model.Score([.. held.Select(r => (r.Prompt, r.Completion))]);
        Assert.Equal(recipe.Data.Objectives, model.Objectives);
        Dictionary<string, ObjectiveReport> again = ObjectiveReport.Of(model.Objectives, table.Scores, [.. held.Select(r => r.Labels)]);
        Assert.Equal(reports["courtesy"], again["courtesy"]);
        Assert.Equal(reports["safety"], again["safety"]);
        if (loss == RewardLoss.Logistic)
            Assert.All(table.Scores.SelectMany(s => s), s => Assert.InRange(s, 0, 1));
    }

    [Fact]
    public async Task Final_IsASequenceClassifierByItsConfiguration()
    {
        using var folder = new TemporaryFolder();
        RewardRecipe recipe = OnDisk(folder) with { OutputDir = folder["run"], Training = new TrainingOptions { MaxSteps = 1 } };
        (_, string run, _) = await RewardRun.RunAsync(recipe, resume: false, new RecordingObserver(), CancellationToken.None);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "final", "config.json")))!;
        Assert.Equal("Qwen2ForSequenceClassification", (string?)config["architectures"]![0]);
        Assert.Equal("regression", (string?)config["problem_type"]);
        Assert.Equal("courtesy", (string?)config["id2label"]!["0"]);
        Assert.Equal("safety", (string?)config["id2label"]!["1"]);
        Assert.Equal(1, (int?)config["label2id"]!["safety"]);
        Assert.NotNull(config["pad_token_id"]); // without it transformers refuses batches
    }

    [Theory, InlineData(false, RewardExport.Merged), InlineData(true, RewardExport.Merged), InlineData(true, RewardExport.Adapter)]
    public async Task Run_FromAPretrainedFolder_TakesItsTrunk_AndExportsWhatScoresTheSame(bool adapter, RewardExport export)
    {
        using var folder = new TemporaryFolder();
        RewardRecipe scratch = OnDisk(folder) with { OutputDir = folder["base"], Training = new TrainingOptions { MaxSteps = 2, PerDeviceTrainBatchSize = 16 } };
        (_, string trunk, _) = await RewardRun.RunAsync(scratch, resume: false, new RecordingObserver(), CancellationToken.None);
        RewardRecipe recipe = scratch with
        {
            OutputDir = folder["run"],
            Model = Path.Combine(trunk, "final"),
            Adapter = adapter ? new AdapterOptions() : null,
            Data = scratch.Data with { Objectives = ["safety"] },
            Reward = new RewardOptions { Pooling = RewardPooling.Last, Export = export },
            Training = new TrainingOptions { MaxSteps = 80, PerDeviceTrainBatchSize = 16 },
        };
        (_, string run, IReadOnlyDictionary<string, ObjectiveReport> reports) = await RewardRun.RunAsync(recipe, resume: false, new RecordingObserver(), CancellationToken.None);
        Assert.True(reports["safety"].Auc > 0.9, $"{reports["safety"]}");
        using RewardModel model = RewardModel.Load(Path.Combine(run, "final"));
        RewardRow[] held = WordTask.Rows(60, first: 300);
        RewardTable table = model.Score([.. held.Select(r => (r.Prompt, r.Completion))]);
        ObjectiveReport again = ObjectiveReport.Of(model.Objectives, table.Scores, [.. held.Select(r => r.Labels[1..])])["safety"];
        Assert.Equal(reports["safety"].Mse, again.Mse, 1e-5); // merging an adapter rounds
    }

    [Fact]
    public void Score_OfARow_DoesNotDependOnItsBatchMates()
    {
        RewardRecipe recipe = WordTask.Recipe();
        using RewardNetwork network = WordTask.Network(recipe);
        int[][] ids = [.. WordTask.Examples(network, WordTask.Rows(20)).Select(r => r.Ids), [3], [.. Enumerable.Range(0, 32).Select(i => 40 + i)]];
        double[][] together = network.Model.ScoreIds(ids);
        for (int i = 0; i < ids.Length; i++)
            Assert.All(network.Model.ScoreIds([ids[i]])[0].Zip(together[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(together.Select(s => s[0]).Distinct().Count() > 10);
    }

    private static RewardRecipe OnDisk(TemporaryFolder folder)
    {
        string path = folder["rows.jsonl"];
        IEnumerable<string> lines = WordTask.Rows(200).Select(r => (r, "train")).Concat(WordTask.Rows(60, first: 300).Select(r => (r, "val"))).Select(p => JsonSerializer.Serialize(new
        {
            prompt = p.r.Prompt,
            response = p.r.Completion,
            courtesy = Label(p.r.Labels[0]),
            safety = Label(p.r.Labels[1]),
            split = p.Item2,
        }));
        File.WriteAllLines(path, lines);
        RewardRecipe recipe = WordTask.Recipe(training: t => t with { MaxSteps = 10 });
        return recipe with { Data = recipe.Data with { Train = [path] } };
    }

    private static double? Label(double label) => double.IsNaN(label) ? null : label;

    private static string[] Metrics(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
    {
        var row = (JsonObject)JsonNode.Parse(line)!;
        foreach (string timing in Timings)
            row.Remove(timing);
        return row.ToJsonString();
    })];

    private sealed class CancelsAfter(CancellationTokenSource source, int step) : IRunObserver
    {
        public void OnStep(StepReport report)
        {
            if (report.Step == step)
                source.Cancel();
        }

        public void OnMessage(RunMessage message)
        {
        }
    }
}
