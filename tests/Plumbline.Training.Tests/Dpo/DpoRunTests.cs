using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Dpo;

[Collection(AloneCollection.Name)]
public sealed class DpoRunTests : IDisposable
{
    private readonly DpoWorkshop _workshop = new();

    // Full fine-tuning with a precomputed reference keeps no copy: a resumed run must compute it before its weights come back.
    [Theory, InlineData(false, false, true), InlineData(false, true, true), InlineData(true, false, false), InlineData(true, true, true)]
    public async Task Resume_AfterCancellation_EndsAsTheUninterruptedRun(bool lora, bool precomputed, bool disableDropout)
    {
        DpoRecipe whole = _workshop.Recipe(lora) with { Dpo = new DpoOptions { PrecomputeRefLogProbs = precomputed, DisableDropout = disableDropout } };
        DpoRecipe broken = whole with { OutputDir = _workshop["broken"] };
        await DpoWorkshop.Run(whole);
        Assert.Equal(3, (await DpoWorkshop.Run(broken, cancelAfter: 3)).Outcome.Steps);
        Assert.Equal(6, (await DpoWorkshop.Run(broken, resume: true)).Outcome.Steps);
        IReadOnlyList<MetricsRow> rows = Rows(whole), others = Rows(broken);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], rows.Select(r => r.Step));
        Assert.Equal(rows.Count, others.Count);
        foreach ((MetricsRow row, MetricsRow same) in rows.Zip(others))
            Assert.True(row.SameApartFromTiming(same), $"step {row.Step} differs");
        string weights = Path.Combine("final", lora ? "adapter_model.safetensors" : "model.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.OutputDir!, weights)), File.ReadAllBytes(Path.Combine(broken.OutputDir!, weights)));
    }

    [Fact]
    public async Task Run_OnPairsWithSplits_HoldsThoseOutAndLeavesAFolderThatExplainsItself()
    {
        DpoRecipe recipe = _workshop.Recipe() with { Training = new TrainingOptions { MaxSteps = 20, PerDeviceTrainBatchSize = 9, EvalSteps = 10 } };
        await DpoWorkshop.Run(recipe);
        foreach (string file in new[] { "recipe.yaml", "metrics.jsonl", "report.html", "final/README.md", "final/config.json", "final/tokenizer.json" })
            Assert.True(File.Exists(Path.Combine(recipe.OutputDir!, file)), file);
        double[] margins = [.. Rows(recipe).Where(r => r.Metrics.ContainsKey("eval_rewards/margins")).Select(r => r.Metrics["eval_rewards/margins"])];
        Assert.Equal(3, margins.Length);
        Assert.True(margins[^1] > margins[0] + 0.1, $"margins {string.Join(", ", margins)}");
        Assert.Contains("held-out pairs", File.ReadAllText(Path.Combine(recipe.OutputDir!, "report.html")));
        Assert.Contains("f_divergence_type: reverse_kl", File.ReadAllText(Path.Combine(recipe.OutputDir!, "recipe.yaml")));
    }

    [Fact]
    public async Task Run_PairsOfTheSameAnswers_AreLeftOutOrRefused()
    {
        File.WriteAllLines(_workshop["same.jsonl"], ["""{"prompt":"a","chosen":"b","rejected":"b"}""", """{"prompt":"a","chosen":"b","rejected":"c"}"""]);
        DpoRecipe recipe = _workshop.Recipe() with { Data = new DpoData { Train = [_workshop["same.jsonl"]] } };
        (_, RecordingObserver observer) = await DpoWorkshop.Run(recipe with { Training = new TrainingOptions { MaxSteps = 1 } });
        Assert.Contains(observer.Messages, m => m.Text.Contains("1 of 2 pairs are left out"));
        File.WriteAllLines(_workshop["same.jsonl"], ["""{"prompt":"a","chosen":"b","rejected":"b"}"""]);
        DataException refused = await Assert.ThrowsAsync<DataException>(() => DpoWorkshop.Run(recipe with { OutputDir = _workshop["none"] }));
        Assert.Contains("nothing can be preferred", refused.Message);
        Assert.False(Directory.Exists(_workshop["none"]));
    }

    private static IReadOnlyList<MetricsRow> Rows(DpoRecipe recipe) => MetricsLog.Read(Path.Combine(recipe.OutputDir!, "metrics.jsonl"));

    public void Dispose() => _workshop.Dispose();
}
