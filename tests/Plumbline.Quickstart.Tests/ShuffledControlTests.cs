using Plumbline.Core.Statistics;
using Plumbline.Quickstart.World;
using Plumbline.Training.Data;
using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Quickstart.Tests;

/// <summary>
/// The control at small size: rewards dealt to other answers raise neither themselves nor anything that the oracle sees, while the same
/// rewards in their place rise. So few steps make no reward model worth the name; rules on courteous words stand for it.
/// </summary>
public sealed class ShuffledControlTests : IDisposable
{
    private const int HeldOut = 128;

    // Four standard errors of the difference of two means over 5 steps of 32 answers each, whose rewards of 0, 1 or 2 spread by 0.7 or so.
    private const double RewardNoise = 0.31;
    private const string Courtesy = "(please|thank|glad|welcome|dear|lovely|wish)";

    private readonly string _root = Directory.CreateTempSubdirectory("plumbline-control-").FullName;

    private static readonly string[] Sets =
    [
        "grpo.prompts_per_step=8", "grpo.num_generations=4", "grpo.max_completion_length=24", "grpo.beta=0.01", "grpo.reward_weights={once: 1}", "optimizer.learning_rate=0.001",
        "rewards.0.type=regex", "rewards.0.path=null", "rewards.0.name=once", $"rewards.0.pattern={Courtesy}",
        "rewards.1.type=regex", "rewards.1.name=twice", $"rewards.1.pattern={Courtesy}[^.]*[.]?[^.]*{Courtesy}",
    ];

    [Fact, Trait("Speed", "Slow")]
    public async Task Grpo_WithRewardsOfOtherAnswers_RaisesNothing_WhereTheRightOnesDo()
    {
        var options = new QuickstartOptions
        {
            OutputDir = Path.Combine(_root, "run"),
            Threads = 2,
            Sizes = new WorldSizes { TrainPrompts = 200, HeldOutPrompts = HeldOut, SftRows = 1600, SftValidationRows = 16, RewardRows = 200, RewardValidationRows = 40 },
            SftSteps = 25,
            RewardSteps = 2,
            GrpoSteps = 30,
            Sets = Sets,
        };
        await QuickstartRun.RunAsync(options, new Silence(), TestContext.Current.CancellationToken);
        IReadOnlyDictionary<string, Change> shuffled = await Shuffled(options);

        (double rightly, double wrongly) = (RewardRise(options, "grpo"), RewardRise(options, "shuffled"));
        Assert.True(rightly > 2 * RewardNoise, $"in its place the reward rose by {rightly:F3}");
        Assert.True(wrongly < RewardNoise, $"dealt to others the reward rose by {wrongly:F3}");
        Assert.All(shuffled, change => Assert.True(
            change.Value.After - change.Value.Before <= Noise(change.Value), $"{change.Key} went from {change.Value.Before:F3} to {change.Value.After:F3}"));
    }

    // Last five steps against the first five.
    private static double RewardRise(QuickstartOptions options, string stage)
    {
        double[] rewards = [.. MetricsLog.Read(Path.Combine(options.OutputDir, stage, "metrics.jsonl")).Where(r => r.Metrics.ContainsKey("reward")).Select(r => r.Metrics["reward"])];
        return rewards.TakeLast(5).Average() - rewards.Take(5).Average();
    }

    // Four standard errors of the difference of two means over the held-out prompts, taken as independent: the same random numbers
    // draw both, which can only narrow it. A hundredth more, for objectives whose spread is nearly none at this size.
    private static double Noise(Change change) =>
        0.01 + 4 * Math.Sqrt((change.BeforeSpread * change.BeforeSpread + change.AfterSpread * change.AfterSpread) / HeldOut);

    // GRPO once more from the same base.
    private static async Task<IReadOnlyDictionary<string, Change>> Shuffled(QuickstartOptions options)
    {
        string In(params string[] parts) => Path.Combine([options.OutputDir, .. parts]);
        GrpoRecipe recipe = RecipeReader.Read<GrpoRecipe>(In("grpo.yaml"), [.. options.Sets, "grpo.shuffle_rewards=true", $"output_dir={In("shuffled")}"]);
        await GrpoRun.RunAsync(recipe, resume: false, new Silence(), TestContext.Current.CancellationToken);
        IReadOnlyList<PromptRow> prompts = PromptRow.Read(In("world", WorldFiles.PromptsHeldOut), "prompt");
        using RewardModel reward = RewardModel.Load(In("reward", "final"));
        double[][] Oracle(string model) => HeldOutAnswers.Sample(
            model, reward, prompts, recipe.Grpo.MaxCompletionLength, options.Seed, TestContext.Current.CancellationToken).Oracle;
        double[][] before = Oracle(In("base", "final")), after = Oracle(In("shuffled", "final"));
        return QuickstartRecipes.Objectives.Select((name, k) =>
        {
            Summary first = Summary.Of([.. before.Select(row => row[k])]), last = Summary.Of([.. after.Select(row => row[k])]);
            return KeyValuePair.Create(name, new Change(first.Mean, last.Mean, first.Std, last.Std));
        }).ToDictionary();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
