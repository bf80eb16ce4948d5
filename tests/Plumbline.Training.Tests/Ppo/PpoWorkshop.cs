using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Ppo;

/// <summary>A folder with a tiny policy and eight prompts, and PPO trainers over them; what it hands out goes with it.</summary>
internal sealed class PpoWorkshop : IDisposable
{
    private static readonly string[] Prompts = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<PpoTrainer> _trainers = [];

    public PpoWorkshop()
    {
        TinyPolicy.Write(this["base"]);
        File.WriteAllLines(this["prompts.txt"], Prompts);
    }

    public string this[string relative] => _folder[relative];

    /// <summary>Eight prompts a step, a completion of 8 tokens at most for each.</summary>
    public PpoRecipe Recipe(bool lora = false, double dropout = 0) => new()
    {
        Model = this["base"],
        OutputDir = this["run"],
        Seed = 5,
        Adapter = lora ? new AdapterOptions { R = 4, LoraAlpha = 8, LoraDropout = dropout } : null,
        Data = new PromptData { Prompts = [this["prompts.txt"]] },
        Rewards = [new RewardSource { Type = RewardSourceType.Regex, Name = "early", Pattern = "[a-e]" }],
        Ppo = new PpoOptions { PromptsPerStep = 8, MaxCompletionLength = 8 },
        Optimizer = new OptimizerOptions { LearningRate = 1e-2, LrSchedulerType = LrSchedulerType.Constant },
        Training = new TrainingOptions { MaxSteps = 6 },
    };

    /// <summary>A trainer without a run around it; samples with the policy itself where no rollouts are given.</summary>
    public (PpoTrainer Trainer, Policy Policy) Trainer(PpoRecipe recipe, IRewardSource rewards, IRolloutSource? rollouts = null, Action<CompletionTable>? seen = null)
    {
        Policy policy = Policy.Load(recipe.Model, recipe.Adapter, recipe.AdapterPath, recipe.Ppo.NeedsReference, recipe.Seed);
        Prompt[] prompts = [.. Prompts.Select(text => new Prompt(text, policy.Tokenizer.Encode(text)))];
        var trainer = new PpoTrainer(recipe, new OnlineParts(
            policy, rollouts ?? new LocalRollouts(policy, recipe.Ppo.ToGenerationOptions(recipe.Seed)), rewards,
            [.. rewards.Objectives.Select(o => recipe.Ppo.RewardWeights.GetValueOrDefault(o, 1))], new PromptSchedule(prompts, recipe.Ppo.PromptsPerStep, recipe.Seed))
        {
            OnCompletions = (_, table) => seen?.Invoke(table),
        });
        _trainers.Add(trainer);
        return (trainer, policy);
    }

    /// <summary>Makes the first steps; the metrics of each.</summary>
    public static async Task<List<Dictionary<string, double>>> Steps(PpoTrainer trainer, int last)
    {
        var metrics = new List<Dictionary<string, double>>();
        for (int step = 1; step <= last; step++)
            metrics.Add(await trainer.StepAsync(step, CancellationToken.None));
        return metrics;
    }

    /// <summary>A whole run; <paramref name="onStep"/> sees every row and may cancel.</summary>
    public static async Task<(TrainingOutcome Outcome, RecordingObserver Observer)> Run(
        PpoRecipe recipe, bool resume = false, Action<StepReport, CancellationTokenSource>? onStep = null)
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver { Stepped = report => onStep?.Invoke(report, cancellation) };
        (TrainingOutcome outcome, _) = await PpoRun.RunAsync(recipe, resume, observer, cancellation.Token);
        return (outcome, observer);
    }

    public void Dispose()
    {
        foreach (PpoTrainer trainer in _trainers)
            trainer.Dispose();
        _folder.Dispose();
    }
}
