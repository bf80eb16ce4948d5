using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Grpo;

/// <summary>A folder with a tiny policy and eight prompts, and trainers over them; what it hands out goes with it.</summary>
internal sealed class GrpoWorkshop : IDisposable
{
    public static readonly string[] Prompts = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<GrpoTrainer> _trainers = [];

    public GrpoWorkshop()
    {
        TinyPolicy.Write(this["base"]);
        File.WriteAllLines(this["prompts.txt"], Prompts);
    }

    public string this[string relative] => _folder[relative];

    /// <summary>Two prompts a step, four completions each, of 8 tokens at most.</summary>
    public GrpoRecipe Recipe(bool lora = false, double dropout = 0) => new()
    {
        Model = this["base"],
        OutputDir = this["run"],
        Seed = 5,
        Adapter = lora ? new AdapterOptions { R = 4, LoraAlpha = 8, LoraDropout = dropout } : null,
        Data = new PromptData { Prompts = [this["prompts.txt"]] },
        Rewards = [new RewardSource { Type = RewardSourceType.Regex, Name = "early", Pattern = "[a-e]" }],
        Grpo = new GrpoOptions { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 8 },
        Optimizer = new OptimizerOptions { LearningRate = 1e-2, LrSchedulerType = LrSchedulerType.Constant },
        Training = new TrainingOptions { MaxSteps = 6 },
    };

    /// <summary>A trainer without a run around it; samples with the policy itself where no rollouts are given.</summary>
    public (GrpoTrainer Trainer, Policy Policy) Trainer(GrpoRecipe recipe, IRewardSource rewards, IRolloutSource? rollouts = null, Action<CompletionTable>? seen = null)
    {
        Policy policy = Policy.Load(recipe.Model, recipe.Adapter, recipe.AdapterPath, recipe.Grpo.Beta != 0, recipe.Seed);
        Prompt[] prompts = Encode(policy);
        var trainer = new GrpoTrainer(recipe, new OnlineParts(
            policy, rollouts ?? new LocalRollouts(policy, recipe.Grpo.ToGenerationOptions(recipe.Seed)), rewards,
            [.. rewards.Objectives.Select(o => recipe.Grpo.RewardWeights.GetValueOrDefault(o, 1))], new PromptSchedule(prompts, recipe.Grpo.PromptsPerStep, recipe.Seed))
        {
            OnCompletions = (_, table) => seen?.Invoke(table),
        });
        _trainers.Add(trainer);
        return (trainer, policy);
    }

    /// <summary>The eight prompts as the policy sees them.</summary>
    public static Prompt[] Encode(Policy policy) => [.. Prompts.Select(text => new Prompt(text, policy.Tokenizer.Encode(text)))];

    /// <summary>Makes steps first to last; the metrics of each.</summary>
    public static async Task<List<Dictionary<string, double>>> Steps(GrpoTrainer trainer, int last, int first = 1)
    {
        var metrics = new List<Dictionary<string, double>>();
        for (int step = first; step <= last; step++)
            metrics.Add(await trainer.StepAsync(step, CancellationToken.None));
        return metrics;
    }

    /// <summary>A whole run; <paramref name="onStep"/> sees every row and may cancel.</summary>
    public static async Task<(TrainingOutcome Outcome, RecordingObserver Observer)> Run(
        GrpoRecipe recipe, bool resume = false, Action<StepReport, CancellationTokenSource>? onStep = null, IRewardSource? rewards = null)
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver { Stepped = report => onStep?.Invoke(report, cancellation) };
        var given = rewards is null ? null : new Dictionary<int, IRewardSource> { [0] = rewards };
        (TrainingOutcome outcome, _) = await GrpoRun.RunAsync(recipe, resume, observer, cancellation.Token, given);
        return (outcome, observer);
    }

    public void Dispose()
    {
        foreach (GrpoTrainer trainer in _trainers)
            trainer.Dispose();
        _folder.Dispose();
    }
}
