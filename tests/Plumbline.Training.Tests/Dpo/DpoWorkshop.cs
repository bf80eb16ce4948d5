using Plumbline.Training.Dpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Dpo;

/// <summary>A folder with a tiny policy and twelve pairs, of which an answer of early letters is preferred to one of late letters; every fourth is held out.</summary>
internal sealed class DpoWorkshop : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<DpoTrainer> _trainers = [];

    public DpoWorkshop()
    {
        TinyPolicy.Write(this["base"]);
        File.WriteAllLines(this["pairs.jsonl"], Enumerable.Range(0, 12).Select(i =>
            $$"""{"prompt":"say {{i}}:","chosen":"{{new string((char)('a' + i % 3), 1 + i % 4)}}","rejected":"{{new string((char)('x' + i % 3), 1 + i % 5)}}","split":"{{(i % 4 == 3 ? "val" : "train")}}"}"""));
    }

    public string this[string relative] => _folder[relative];

    /// <summary>Four pairs a step.</summary>
    public DpoRecipe Recipe(bool lora = false) => new()
    {
        Model = this["base"],
        OutputDir = this["run"],
        Seed = 5,
        Adapter = lora ? new AdapterOptions { R = 4, LoraAlpha = 8, LoraDropout = 0.2 } : null,
        Data = new DpoData { Train = [this["pairs.jsonl"]] },
        Optimizer = new OptimizerOptions { LearningRate = 1e-2, LrSchedulerType = LrSchedulerType.Constant, AdamEpsilon = 1e-2 },
        Training = new TrainingOptions { MaxSteps = 6, PerDeviceTrainBatchSize = 4, EvalSteps = 2, SaveSteps = 2 },
    };

    /// <summary>A trainer over pairs of lengths 1 to 5, without a run around it; it goes with the workshop.</summary>
    public (DpoTrainer Trainer, Policy Policy) Trainer(DpoRecipe recipe, DpoExample[]? examples = null)
    {
        Policy policy = Policy.Load(recipe.Model, recipe.Adapter, recipe.AdapterPath, withReference: !recipe.Dpo.PrecomputeRefLogProbs, recipe.Seed);
        var trainer = new DpoTrainer(recipe, policy, examples ?? Examples(), Examples());
        _trainers.Add(trainer);
        return (trainer, policy);
    }

    public static DpoExample[] Examples() => [.. Enumerable.Range(0, 8).Select(i => new DpoExample(
        [60, 61 + i], [.. Enumerable.Range(0, 1 + i % 4).Select(k => 97 + (i + k) % 5), TinyPolicy.Eos], [.. Enumerable.Range(0, 1 + (i * 3 + 1) % 5).Select(k => 110 + (i + k) % 5), TinyPolicy.Eos]))];

    public static async Task<(TrainingOutcome Outcome, RecordingObserver Observer)> Run(DpoRecipe recipe, bool resume = false, int cancelAfter = 0)
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver
        {
            Stepped = report =>
            {
                if (cancelAfter > 0 && report.Step == cancelAfter)
                    cancellation.Cancel();
            },
        };
        return ((await DpoRun.RunAsync(recipe, resume, observer, cancellation.Token)).Outcome, observer);
    }

    public void Dispose()
    {
        foreach (DpoTrainer trainer in _trainers)
            trainer.Dispose();
        _folder.Dispose();
    }
}
