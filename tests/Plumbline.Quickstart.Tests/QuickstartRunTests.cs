using Plumbline.Quickstart.World;
using Plumbline.Training.Runs;

namespace Plumbline.Quickstart.Tests;

/// <summary>The whole job with a few steps of each stage: nothing is learned, but every part runs and every file is written.</summary>
public sealed class QuickstartRunTests : IDisposable
{
    private static readonly string[] Stages = ["world", "base", "reward model", "grpo", "evaluation"];
    private readonly string _root = Directory.CreateTempSubdirectory("plumbline-quickstart-").FullName;

    [Fact]
    public async Task Run_FromWorldToReport_LeavesWhatItSays()
    {
        var observer = new Silence();
        QuickstartResult result = await QuickstartRun.RunAsync(Options("run"), observer, TestContext.Current.CancellationToken);
        Assert.False(result.Interrupted);
        Assert.Equal(QuickstartRecipes.Objectives, result.Oracle.Keys);
        Assert.Equal(QuickstartRecipes.Objectives, result.Reward.Keys);
        Assert.All(result.Oracle.Values, c => Assert.All([c.Before, c.After], v => Assert.InRange(v, 0, 1)));
        Assert.Equal(Stages, result.Seconds.Keys);
        Assert.Equal(5, observer.Messages.Count(m => m.Contains("/5  ", StringComparison.Ordinal)));
        foreach (string file in new[]
        {
            "report.html", "grpo.yaml", "world/prompts_train.jsonl", "world/prompts_heldout.jsonl", "base/recipe.yaml", "base/final/model.safetensors", "base/final/tokenizer.json",
            "reward/metrics.jsonl", "reward/final/config.json", "grpo/metrics.jsonl", "grpo/report.html", "grpo/final/model.safetensors", "grpo/final/README.md",
        })
            Assert.True(File.Exists(Path.Combine(result.Folder, file)), file);
        Assert.Equal([1, 2, 3], MetricsLog.Read(Path.Combine(result.Folder, "grpo", "metrics.jsonl")).Select(r => r.Step));
        string report = File.ReadAllText(Path.Combine(result.Folder, "report.html"));
        Assert.All(QuickstartRecipes.Objectives, objective => Assert.Contains(objective, report));
        Assert.Equal(3, result.Samples.Count);
        Assert.All(result.Samples, s => Assert.Contains(s.Prompt[..12], report));
    }

    [Fact]
    public async Task Run_OfTheSameSeed_GivesTheSameFigures_AndOfAnotherSeedOthers()
    {
        QuickstartResult one = await QuickstartRun.RunAsync(Options("one"), new Silence(), TestContext.Current.CancellationToken);
        QuickstartResult same = await QuickstartRun.RunAsync(Options("same"), new Silence(), TestContext.Current.CancellationToken);
        QuickstartResult other = await QuickstartRun.RunAsync(Options("other") with { Seed = 2 }, new Silence(), TestContext.Current.CancellationToken);
        Assert.Equal(one.Oracle, same.Oracle);
        Assert.Equal(one.Reward, same.Reward);
        Assert.Equal(one.Samples, same.Samples);
        Assert.Equal(one.Tokens, same.Tokens);
        Assert.NotEqual(one.Oracle, other.Oracle);
    }

    [Fact]
    public async Task Run_IntoAFolderThatHoldsARun_IsRefusedAndTouchesNothing()
    {
        Directory.CreateDirectory(Path.Combine(_root, "taken"));
        File.WriteAllText(Path.Combine(_root, "taken", "recipe.yaml"), "seed: 1\n");
        await Assert.ThrowsAsync<RunFolderException>(() => QuickstartRun.RunAsync(Options("taken"), new Silence(), TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(Path.Combine(_root, "taken", "world")));
    }

    [Fact]
    public async Task Run_Cancelled_SaysSoAndClaimsNothing()
    {
        QuickstartResult result = await QuickstartRun.RunAsync(Options("stopped"), new Silence(), new CancellationToken(canceled: true));
        Assert.True(result.Interrupted);
        Assert.Empty(result.Oracle);
    }

    private QuickstartOptions Options(string folder) => new()
    {
        OutputDir = Path.Combine(_root, folder),
        Threads = 2,
        Sizes = new WorldSizes { TrainPrompts = 100, HeldOutPrompts = 24, SftRows = 200, SftValidationRows = 16, RewardRows = 200, RewardValidationRows = 40 },
        SftSteps = 4,
        RewardSteps = 3,
        GrpoSteps = 3,
        Sets = ["grpo.prompts_per_step=2", "grpo.num_generations=4", "grpo.max_completion_length=24"],
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
