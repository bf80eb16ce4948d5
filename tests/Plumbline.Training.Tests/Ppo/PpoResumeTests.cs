using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Ppo;

/// <summary>A run that was interrupted and resumed ends as one that was not, bit for bit: policy, critic, both optimizers, price of divergence.</summary>
[Collection(AloneCollection.Name)]
public sealed class PpoResumeTests
{
    private static readonly string[] Kept = ["policy.safetensors", "optimizer.safetensors", "critic.safetensors", "critic-optimizer.safetensors", "ppo.json"];

    [Theory, InlineData(true, 0), InlineData(false, 0), InlineData(true, 1)]
    public async Task Resume_AfterCancellation_EndsAsTheUninterruptedRun(bool lora, int staleness)
    {
        using var workshop = new PpoWorkshop();
        PpoRecipe whole = Recipe(workshop, lora, staleness), broken = whole with { OutputDir = workshop["broken"] };
        await PpoWorkshop.Run(whole);
        (TrainingOutcome first, _) = await PpoWorkshop.Run(broken, onStep: (report, cancellation) =>
        {
            if (report.Step == 3)
                cancellation.Cancel();
        });
        Assert.Equal((true, 3), (first.Interrupted, first.Steps));
        (_, RecordingObserver observer) = await PpoWorkshop.Run(broken, resume: true);
        Assert.Equal([4, 5, 6], observer.Steps.Select(s => s.Step));

        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(workshop["run/metrics.jsonl"]), others = MetricsLog.Read(workshop["broken/metrics.jsonl"]);
        Assert.Equal(rows.Count, others.Count);
        foreach ((MetricsRow row, MetricsRow same) in rows.Zip(others))
            Assert.True(row.SameApartFromTiming(same), $"step {row.Step}: {string.Join(", ", row.Metrics.Where(m => !m.Value.Equals(same.Metrics.GetValueOrDefault(m.Key))))}");
        Assert.Equal(6, rows.Select(r => r.Metrics.GetValueOrDefault("objective/kl_coef")).Where(c => c > 0).Distinct().Count());
        string last = Directory.GetDirectories(workshop["run/checkpoints"]).Max(StringComparer.Ordinal)!;
        foreach (string file in Kept)
            Assert.Equal(File.ReadAllBytes(Path.Combine(last, file)), File.ReadAllBytes(Path.Combine(workshop["broken/checkpoints"], Path.GetFileName(last), file)));
    }

    private static PpoRecipe Recipe(PpoWorkshop workshop, bool lora, int staleness)
    {
        PpoRecipe recipe = workshop.Recipe(lora, dropout: 0.2);
        return recipe with
        {
            Ppo = recipe.Ppo with { NumPpoEpochs = 2, NumMiniBatches = 2, KlTarget = 0.1, KlHorizon = 50, MissingEosPenalty = 0.5, WhitenRewards = true, PromptsPerStep = 6, RolloutStaleness = staleness },
            Optimizer = recipe.Optimizer with { LrSchedulerType = LrSchedulerType.Cosine, WarmupSteps = 2 },
            Training = recipe.Training with { SaveSteps = 2, GradientAccumulationSteps = 3 },
        };
    }
}
