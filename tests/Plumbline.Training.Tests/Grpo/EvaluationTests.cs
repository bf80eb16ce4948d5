using Plumbline.Rewards;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Grpo;

public sealed class EvaluationTests
{
    // Six prompts to train on, two a step: four steps see all of them. A training call scores 2 · 4 rows, an evaluation one row a held-out prompt.
    [Fact]
    public async Task Evaluation_EveryTwoSteps_StandsInTheStepsRow_AndItsPromptsAreNeverTrainedOn()
    {
        using var workshop = new GrpoWorkshop();
        var calls = new List<string[]>();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Data = recipe.Data with { EvalFraction = 0.25 }, Training = recipe.Training with { MaxSteps = 4, EvalSteps = 2 } };
        await GrpoWorkshop.Run(recipe, rewards: new Listening(calls));

        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(Path.Combine(recipe.OutputDir!, "metrics.jsonl"));
        Assert.Equal([0, 1, 2, 3, 4], rows.Select(r => r.Step));
        Assert.Equal([true, false, true, false, true], rows.Select(r => r.Metrics.ContainsKey("eval_reward") && r.Metrics.ContainsKey("eval_rewards/length/mean")));
        Assert.Equal([false, true, true, true, true], rows.Select(r => r.Metrics.ContainsKey("reward")));
        Assert.All(rows[0].Metrics.Keys, name => Assert.StartsWith("eval_", name));

        string[] heldOut = [.. calls.Where(c => c.Length == 2).SelectMany(c => c).Distinct()], trained = [.. calls.Where(c => c.Length == 8).SelectMany(c => c).Distinct()];
        Assert.Equal(2, heldOut.Length);
        Assert.Empty(heldOut.Intersect(trained));
        Assert.Equal(GrpoWorkshop.Prompts.Order(), heldOut.Concat(trained).Order());
        Assert.Equal(3, calls.Count(c => c.Length == 2));
    }

    [Fact]
    public async Task Evaluation_AtTheEndOnly_ClaimsNoBeforeAndAfterOnHeldOutPrompts()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Data = recipe.Data with { EvalFraction = 0.25 }, Training = recipe.Training with { MaxSteps = 3 } };
        (_, RecordingObserver observer) = await GrpoWorkshop.Run(recipe);
        Assert.Equal([false, false, true], observer.Steps.Select(s => s.Metrics.ContainsKey("eval_reward")));
        Assert.Contains("training prompts", File.ReadAllText(Path.Combine(recipe.OutputDir!, "report.html")));
    }

    [Fact]
    public async Task Run_ThatIsDone_LeavesAFolderThatExplainsItself()
    {
        using var workshop = new GrpoWorkshop();
        await GrpoWorkshop.Run(workshop.Recipe());
        foreach (string file in new[] { "recipe.yaml", "environment.json", "metrics.jsonl", "report.html", "completions/step-000001.parquet", "final/model.safetensors", "final/config.json", "final/README.md", "final/tokenizer.json", "checkpoints/step-000006/complete.json" })
            Assert.True(File.Exists(Path.Combine(workshop["run"], file)), file);
        Assert.NotEmpty(Directory.GetFiles(workshop["run"], "events.out.tfevents.*"));
    }

    private sealed class Listening(List<string[]> calls) : IRewardSource
    {
        public IReadOnlyList<string> Objectives => ["length"];

        public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken)
        {
            calls.Add([.. rows.Select(r => r.Prompt)]);
            return Task.FromResult(new RewardTable(Objectives, [.. rows.Select(r => new double[] { r.Completion.Length })]));
        }
    }
}
