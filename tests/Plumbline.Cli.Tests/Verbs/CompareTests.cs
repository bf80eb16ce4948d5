using Plumbline.Training.Experiments;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(nameof(CommandLineCollection))]
public sealed class CompareTests
{
    [Fact]
    public async Task Compare_AllArmsOnOneModel_MeasuresEach_AndIsNotRunAgain()
    {
        using var folders = new TinyFolders();
        var launcher = new InProcess();
        CompareRecipe recipe = Recipe(folders);
        string folder = folders.In("compare");
        ExperimentResult result = await new Comparison(recipe, new FileSetting(recipe), launcher, new Silent()).RunAsync(folder, "plumbline compare", CancellationToken.None);
        Assert.Equal(["base", "SFT", "GRPO", "PPO", "DPO", "RLOO", "polite alone", "shuffled rewards", "random text"], result.Arms.Select(a => a.Name));
        Assert.All(result.Arms, arm => Assert.Equal(["polite", "long"], Assert.Single(arm.Runs).Evaluation["reward model"].Keys));
        Assert.All(result.Arms.Where(a => a.LearningRate is not null), arm =>
        {
            ArmCost cost = arm.Runs[0].Cost;
            Assert.True(cost is { TokensGenerated: > 0, TokensTrained: > 0, Flops: > 0, ProcessorSeconds: > 0, ParametersTrained: > 0 } && cost.Seconds > 0 && cost.UpdateSeconds > 0, arm.Name);
        });
        // PPO holds a critic besides what GRPO holds: policy, reference, reward model.
        Assert.True(Cost("PPO").ParametersHeld > Cost("GRPO").ParametersHeld);
        Assert.Equal(2, result.Search.Count(t => t.Arm == "GRPO"));
        Assert.Single(result.Search, t => t is { Arm: "GRPO", Chosen: true });
        Assert.True(File.Exists(Path.Combine(folder, "report.html")) && File.Exists(Path.Combine(folder, "results.csv")));

        int launched = launcher.Launched;
        ExperimentResult again = await new Comparison(recipe, new FileSetting(recipe), launcher, new Silent()).RunAsync(folder, "plumbline compare --resume", CancellationToken.None);
        Assert.Equal("plumbline compare", again.Command);
        Assert.Equal(launched, launcher.Launched);
        Assert.Equal(result.Arms.Select(a => a.Runs[0].Cost.TokensGenerated), again.Arms.Select(a => a.Runs[0].Cost.TokensGenerated));
        Assert.True(again.Seconds > result.Seconds, "the clock goes on");

        ArmCost Cost(string arm) => result.Arms.Single(a => a.Name == arm).Runs[0].Cost;
    }

    [Fact]
    public async Task Compare_WithAModelButNoPrompts_TellsAllThatIsMissing()
    {
        using var folders = new TinyFolders();
        CommandLine run = await CommandLine.RunAsync("compare", "--model", folders.Model, "--set", "arms=[grpo]", "--out", folders.In("x"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("reward is missing. Name the reward model that the arms shall learn from", run.Error, StringComparison.Ordinal);
        Assert.Contains("prompts and eval_prompts must both be named", run.Error, StringComparison.Ordinal);
        Assert.Contains("the other arms are measured against base", run.Error, StringComparison.Ordinal);
    }

    private static CompareRecipe Recipe(TinyFolders folders) => new()
    {
        Model = folders.Model,
        Reward = folders.Reward,
        Seeds = [1],
        Ablations = ["polite_alone"],
        Controls = ["shuffled", "random_text"],
        Data = new CompareData { Prompts = folders.Prompts, EvalPrompts = folders.Prompts },
        Budget = new CompareBudget { Amount = 64 },
        Search = new CompareSearch { Factors = [1, 2], Fraction = 0.5, Prompts = 2 },
        Sampling = new CompareSampling { PromptsPerStep = 2, NumGenerations = 2, MaxCompletionLength = 4 },
    };

    /// <summary>Runs the verbs in this process.</summary>
    private sealed class InProcess : IVerbLauncher
    {
        public int Launched { get; private set; }

        public async Task<VerbResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
        {
            Launched++;
            CommandLine run = await CommandLine.RunAsync([.. arguments]);
            return run.ExitCode == 0 ? new VerbResult(run.Output, 1) : throw new TrainingException($"{string.Join(' ', arguments)}: {run.Error}");
        }
    }

    private sealed class Silent : IRunObserver
    {
        public void OnStep(StepReport report)
        {
        }

        public void OnMessage(RunMessage message)
        {
        }
    }
}
