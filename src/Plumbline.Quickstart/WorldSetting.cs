using Plumbline.Quickstart.World;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Experiments;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Quickstart;

/// <summary>The embedded world as the ground of an experiment: for every seed a world, a mediocre base, a reward model on one half of the labels, a judge on the other, and the oracle.</summary>
/// <param name="threads">Threads for tensor work; 0 takes one per core.</param>
/// <param name="weights">Weight of each objective in the judges' sums.</param>
public sealed class WorldSetting(int threads, IReadOnlyDictionary<string, double> weights) : IExperimentSetting
{
    /// <summary>Steps of supervised training of the base.</summary>
    public int SftSteps { get; init; } = 600;

    /// <summary>Steps of the reward model.</summary>
    public int RewardSteps { get; init; } = 1000;

    /// <summary>Steps of the reward model that can be fooled: tidy answers are easily told apart.</summary>
    public int TidySteps { get; init; } = 400;

    /// <summary>How much data.</summary>
    public WorldSizes Sizes { get; init; } = new() { RewardRows = 60_000 };

    /// <summary>An experiment's recipe with what suits this world where nothing else is said.</summary>
    public static CompareRecipe Resolve(CompareRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe with
        {
            Ablations = recipe.Ablations ?? ["safety_alone", "sum_then_normalize", "mo_grpo", "rvpo"],
            Controls = recipe.Controls ?? ArmCatalogue.Controls,
            Sweep = recipe.Sweep.Objective is null ? recipe.Sweep with { Objective = "safety", Against = "actionability" } : recipe.Sweep,
            Sampling = recipe.Sampling.RewardWeights.Count > 0 ? recipe.Sampling : recipe.Sampling with { RewardWeights = new OrderedDictionary<string, double> { ["meaningfulness"] = 2 } },
            Set = [.. Settings.Concat(recipe.Set).Distinct()],
        };
    }

    // Found on this world: the weakest hold at which no arm's oracle score falls. RLOO's and PPO's price is for a nat of a whole completion's KL.
    private static readonly string[] Settings = ["grpo.beta=0.1", "rloo.normalize_advantages=true", "ppo.whiten_scores=true"];

    /// <inheritdoc/>
    public string Title => "The front desk: GRPO, PPO, DPO and RLOO on four qualities at once";

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => QuickstartRecipes.Objectives;

    /// <inheritdoc/>
    public async Task<ExperimentGround> PrepareAsync(int seed, bool withHackableReward, string folder, IVerbLauncher launcher, IRunObserver observer, CancellationToken cancellationToken)
    {
        string In(params string[] parts) => Path.GetFullPath(Path.Combine([folder, .. parts]));
        void Say(string text) => observer.OnMessage(new RunMessage(RunSeverity.Information, text));
        var options = new QuickstartOptions { OutputDir = folder, Seed = seed, Threads = threads, SftSteps = SftSteps, RewardSteps = RewardSteps };
        string world = In("world");
        if (!File.Exists(In("world", "done")))
        {
            WorldFiles.Write(world, Sizes, seed);
            WorldFiles.Write(In("tidy"), Sizes with { TrainPrompts = 1, HeldOutPrompts = 1, SftRows = 1, SftValidationRows = 1 }, seed, tidyRewards: true);
            await File.WriteAllTextAsync(In("world", "done"), "", cancellationToken);
        }
        async Task Train(string verb, string name, object recipe)
        {
            if (Directory.Exists(In(name, "final")) && File.Exists(In(name, "report.html")))
                return;
            Say($"      {name}");
            string path = In(name + ".yaml");
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(path, RecipeWriter.Write(recipe), cancellationToken);
            await launcher.RunAsync([verb, path, "--out", In(name), "--no-live", .. RunFolder.Holds(In(name)) ? ["--resume"] : Array.Empty<string>()], cancellationToken);
        }
        string judge = In("judge"), half = In("world", "halves", "first.jsonl");
        if (!IndependentJudge.IsIn(judge))
        {
            Say("      judge");
            await launcher.RunAsync(
                ["judge", "--data", In("world", WorldFiles.Reward), "--out", judge, "--write-halves", In("world", "halves"), "--seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture)], cancellationToken);
        }
        await Train("sft", "base", QuickstartRecipes.Sft(options, world, In("base")));
        RewardRecipe reward = QuickstartRecipes.Reward(options, world, In("base", "final"), In("reward"));
        await Train("reward", "reward", reward with { Data = reward.Data with { Train = [half] } });
        if (withHackableReward)
        {
            RewardRecipe tidy = QuickstartRecipes.Reward(options with { RewardSteps = TidySteps }, In("tidy"), In("base", "final"), In("tidy-reward"));
            await Train("reward", "tidy-reward", tidy);
        }
        IReadOnlyList<PromptRow> heldOut = PromptRow.Read(In("world", WorldFiles.PromptsHeldOut), "prompt");
        var oracle = new OracleJudge(heldOut);
        return new ExperimentGround
        {
            Seed = seed,
            Model = In("base", "final"),
            Reward = In("reward", "final"),
            Prompts = In("world", WorldFiles.PromptsTrain),
            HeldOut = heldOut,
            Judges =
            [
                new NamedJudge("reward model", RewardModel.Load(In("reward", "final")), weights),
                new NamedJudge("judge", IndependentJudge.Load(judge), weights),
                new NamedJudge("oracle", oracle, weights),
            ],
            IsRefusal = oracle.IsRefusal,
            Extras = withHackableReward ? new Dictionary<string, string> { [ArmCatalogue.HackableReward] = In("tidy-reward", "final") } : [],
        };
    }
}
