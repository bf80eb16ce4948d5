using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Grpo;

/// <summary>A run that was interrupted and resumed ends as one that was not, bit for bit.</summary>
[Collection(AloneCollection.Name)]
public sealed class ResumeTests
{
    [Theory, InlineData(true, false), InlineData(false, false), InlineData(false, true)]
    [InlineData(true, false, 1, false), InlineData(false, true, 1, false), InlineData(false, true, 1, true)]
    public async Task Resume_AfterCancellation_EndsAsTheUninterruptedRun(bool lora, bool shuffled, int staleness = 0, bool overlap = false)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe whole = Recipe(workshop, lora, shuffled, staleness, overlap), broken = whole with { OutputDir = workshop["broken"] };
        await GrpoWorkshop.Run(whole);

        (TrainingOutcome first, _) = await GrpoWorkshop.Run(broken, onStep: (report, cancellation) =>
        {
            if (report.Step == 3)
                cancellation.Cancel();
        });
        Assert.True(first.Interrupted);
        Assert.Equal(3, first.Steps);
        (TrainingOutcome second, RecordingObserver observer) = await GrpoWorkshop.Run(broken, resume: true);
        Assert.False(second.Interrupted);
        Assert.Equal([4, 5, 6], observer.Steps.Select(s => s.Step));
        AssertSame(whole.OutputDir!, broken.OutputDir!);
    }

    // A killed process leaves rows behind that are later than its last checkpoint: here those of step 5, with the checkpoint of step 4.
    [Theory, InlineData(true, 0), InlineData(false, 0), InlineData(false, 1)]
    public async Task Resume_AfterAKillPastTheLastCheckpoint_EndsAsTheUninterruptedRun(bool lora, int staleness)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe whole = Recipe(workshop, lora, shuffled: false, staleness), killed = whole with { OutputDir = workshop["killed"] };
        await GrpoWorkshop.Run(whole, onStep: (report, _) =>
        {
            if (report.Step == 5)
                Copy(whole.OutputDir!, killed.OutputDir!);
        });
        Assert.Equal(5, MetricsLog.Read(Path.Combine(killed.OutputDir!, "metrics.jsonl"))[^1].Step);
        (_, RecordingObserver observer) = await GrpoWorkshop.Run(killed, resume: true);
        Assert.Equal([5, 6], observer.Steps.Select(s => s.Step));
        AssertSame(whole.OutputDir!, killed.OutputDir!);
    }

    private static GrpoRecipe Recipe(GrpoWorkshop workshop, bool lora, bool shuffled, int staleness, bool overlap = false)
    {
        GrpoRecipe recipe = workshop.Recipe(lora, dropout: 0.2);
        return recipe with
        {
            Data = recipe.Data with { EvalFraction = 0.25 },
            Grpo = recipe.Grpo with { NumIterations = 2, ShuffleRewards = shuffled, RolloutStaleness = staleness, OverlapScoring = overlap },
            Optimizer = recipe.Optimizer with { LrSchedulerType = LrSchedulerType.Cosine, WarmupSteps = 2 },
            Training = recipe.Training with { EvalSteps = 2, SaveSteps = 2, GradientAccumulationSteps = 2 },
        };
    }

    private static void AssertSame(string one, string other)
    {
        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(Path.Combine(one, "metrics.jsonl")), others = MetricsLog.Read(Path.Combine(other, "metrics.jsonl"));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], rows.Select(r => r.Step));
        Assert.Equal(rows.Count, others.Count);
        foreach ((MetricsRow row, MetricsRow same) in rows.Zip(others))
            Assert.True(row.SameApartFromTiming(same), $"step {row.Step}: {string.Join(", ", row.Metrics.Where(m => !m.Value.Equals(same.Metrics.GetValueOrDefault(m.Key))))}");
        string[] weights = [.. Directory.GetFiles(Path.Combine(one, "final"), "*.safetensors")];
        Assert.NotEmpty(weights);
        foreach (string file in weights)
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(other, "final", Path.GetFileName(file))));
    }

    // All but the lock, which dies with its process.
    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(f => !Path.GetFileName(f).StartsWith(".lock", StringComparison.Ordinal)))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), copy = File.Create(target);
            source.CopyTo(copy);
        }
    }
}
