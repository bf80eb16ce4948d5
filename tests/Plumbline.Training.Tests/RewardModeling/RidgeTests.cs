using System.Text.Json;
using Plumbline.Models.Checkpoints;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.RewardModeling;

public sealed class RidgeTests
{
    // A trunk of random weights tells bytes apart, and a mean of its states so counts them: enough for one word that decides.
    [Fact]
    public async Task Run_WithARidgeHead_FitsInOneStep_AndItsFolderScoresAsTheRunSaid()
    {
        using var folder = new TemporaryFolder();
        RewardRecipe recipe = Recipe(folder);
        (TrainingOutcome outcome, string run, IReadOnlyDictionary<string, ObjectiveReport> reports) = await RewardRun.RunAsync(recipe, resume: false, new RecordingObserver(), CancellationToken.None);
        Assert.Equal(1, outcome.Steps);
        Assert.True(reports["safety"].Pearson > 0.8, $"{reports["safety"]}");
        using RewardModel model = RewardModel.Load(Path.Combine(run, "final"));
        RewardRow[] held = WordTask.Rows(60, first: 300);
        RewardTable table = model.Score([.. held.Select(r => new RewardInput(r.Prompt, r.Completion))]);
        Assert.Equal(reports["safety"], ObjectiveReport.Of(model.Objectives, table.Scores, [.. held.Select(r => r.Labels)])["safety"]);
        using CheckpointFolder written = CheckpointFolder.Open(Path.Combine(run, "final")), trunk = CheckpointFolder.Open(folder["base"]);
        Assert.Equal([2L], written.Entry("score.bias").Shape);
        using Tensor before = trunk.Read("model.embed_tokens.weight"), after = written.Read("model.embed_tokens.weight");
        Assert.True(before.allclose(after, rtol: 0, atol: 0));
        MetricsRow step = MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).First(row => row.Metrics.ContainsKey("ridge_lambda/safety"));
        Assert.True(step.Metrics["ridge_lambda/safety"] > 0);
        Assert.InRange(step.Metrics["leave_one_out_mse/safety"], 0.5 * reports["safety"].Mse, 2 * reports["safety"].Mse);
    }

    [Fact]
    public async Task Run_WithTooFewLabelsOfAnObjective_NamesIt()
    {
        using var folder = new TemporaryFolder();
        RewardRecipe recipe = Recipe(folder);
        File.WriteAllLines(folder["rows.jsonl"], ["""{"response": "a", "courtesy": 1, "safety": 1}""", """{"response": "b", "courtesy": 0, "safety": null}"""]);
        TrainingException failure = await Assert.ThrowsAsync<TrainingException>(() => RewardRun.RunAsync(recipe, resume: false, new RecordingObserver(), CancellationToken.None));
        Assert.Equal("safety: 1 training rows have a label, but a fit needs 2 at least. Label more rows, or leave the objective out of data.objectives.", failure.Message);
    }

    [Fact]
    public async Task LoadState_OfWhatWasSaved_ScoresTheSame()
    {
        using var folder = new TemporaryFolder();
        RewardRecipe recipe = Recipe(folder);
        using RidgeTrainer fitted = Trainer(recipe), other = Trainer(recipe);
        await fitted.StepAsync(1, CancellationToken.None);
        Directory.CreateDirectory(folder["state"]);
        fitted.SaveState(folder["state"]);
        other.LoadState(folder["state"]);
        await fitted.EvaluateAsync(1, CancellationToken.None);
        await other.EvaluateAsync(1, CancellationToken.None);
        Assert.Equal(fitted.Reports["courtesy"], other.Reports["courtesy"]);
    }

    private static RidgeTrainer Trainer(RewardRecipe recipe)
    {
        RewardNetwork network = RewardNetwork.Create(recipe, []);
        return new RidgeTrainer(recipe, network, WordTask.Examples(network, WordTask.Rows(60)), WordTask.Examples(network, WordTask.Rows(20, first: 300)));
    }

    private static RewardRecipe Recipe(TemporaryFolder folder)
    {
        TinyPolicy.Write(folder["base"]);
        File.WriteAllLines(folder["rows.jsonl"], WordTask.Rows(200).Select(row => Line(row, "train")).Concat(WordTask.Rows(60, first: 300).Select(row => Line(row, "val"))));
        RewardRecipe recipe = WordTask.Recipe();
        return recipe with
        {
            Model = folder["base"],
            OutputDir = folder["run"],
            Data = recipe.Data with { Train = [folder["rows.jsonl"]], PromptField = "", MaxLength = 128 },
            Reward = recipe.Reward with { Head = RewardHead.Ridge, Pooling = RewardPooling.Mean },
            Training = new TrainingOptions(),
        };
    }

    private static string Line(RewardRow row, string split) => JsonSerializer.Serialize(new
    {
        response = row.Completion,
        courtesy = double.IsNaN(row.Labels[0]) ? null : (double?)row.Labels[0],
        safety = double.IsNaN(row.Labels[1]) ? null : (double?)row.Labels[1],
        split,
    });
}
