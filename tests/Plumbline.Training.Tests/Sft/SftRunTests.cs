using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Sft;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Sft;

[Collection(AloneCollection.Name)]
public sealed class SftRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SftRunTests()
    {
        TinyPolicy.Write(_folder["base"]);
        File.WriteAllLines(_folder["rows.jsonl"], Enumerable.Range(0, 12).Select(i => $$"""{"prompt":"count {{i}}: ","completion":"{{string.Join(' ', Enumerable.Range(i, 3))}}"}"""));
    }

    [Theory, InlineData("scratch"), InlineData("lora"), InlineData("whole")]
    public async Task Resume_AfterCancellation_EndsAsTheUninterruptedRun(string start)
    {
        SftRecipe whole = Recipe(start), broken = whole with { OutputDir = _folder["broken"] };
        await Run(whole);
        Assert.Equal(3, (await Run(broken, cancelAfter: 3)).Steps);
        Assert.Equal(6, (await Run(broken, resume: true)).Steps);
        IReadOnlyList<MetricsRow> rows = Rows(whole), others = Rows(broken);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], rows.Select(r => r.Step));
        Assert.Equal(rows.Count, others.Count);
        foreach ((MetricsRow row, MetricsRow same) in rows.Zip(others))
            Assert.True(row.SameApartFromTiming(same), $"step {row.Step} differs");
        string weights = Path.Combine("final", start == "lora" ? "adapter_model.safetensors" : "model.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.OutputDir!, weights)), File.ReadAllBytes(Path.Combine(broken.OutputDir!, weights)));
    }

    // Rows that stay on disk are taken in the same order as from memory, also by a run that was stopped and resumed.
    [Fact]
    public async Task Streaming_InterruptedAndResumed_TakesTheRowsThatMemoryHolds()
    {
        SftRecipe held = Recipe("lora"), streamed = held with { OutputDir = _folder["streamed"], Data = held.Data with { Streaming = true } };
        await Run(held);
        Assert.Equal(3, (await Run(streamed, cancelAfter: 3)).Steps);
        Assert.Equal(6, (await Run(streamed, resume: true)).Steps);
        foreach ((MetricsRow row, MetricsRow same) in Rows(held).Zip(Rows(streamed)).Where(pair => pair.First.Metrics.ContainsKey("loss")))
        {
            Assert.Equal(row.Metrics["loss"], same.Metrics["loss"], tolerance: 1e-6);
            Assert.Equal(row.Metrics["num_tokens"], same.Metrics["num_tokens"]);
        }
    }

    [Fact]
    public async Task Run_FromScratch_LeavesAModelThatCanBeTrainedOn()
    {
        SftRecipe recipe = Recipe("scratch");
        await Run(recipe);
        foreach (string file in new[] { "recipe.yaml", "metrics.jsonl", "report.html", "final/README.md", "final/config.json", "final/tokenizer.json" })
            Assert.True(File.Exists(Path.Combine(recipe.OutputDir!, file)), file);
        double[] losses = [.. Rows(recipe).Where(r => r.Metrics.ContainsKey("eval_loss")).Select(r => r.Metrics["eval_loss"])];
        Assert.True(losses[^1] < losses[0], $"the held-out loss went from {losses[0]:F3} to {losses[^1]:F3}");
        using Policy policy = Policy.Load(Path.Combine(recipe.OutputDir!, "final"), null, null, withReference: false, seed: 0);
        Assert.Equal("count 3: ", policy.Tokenizer.Decode(policy.Tokenizer.Encode("count 3: ")));
    }

    private SftRecipe Recipe(string start) => new()
    {
        Model = start == "scratch" ? null : _folder["base"],
        OutputDir = _folder["run"],
        Seed = 5,
        Adapter = start == "lora" ? new AdapterOptions { R = 4, LoraDropout = 0.2 } : null,
        Data = new SftData { Train = [_folder["rows.jsonl"]], ValidationFraction = 0.25, MaxLength = 32 },
        Scratch = start == "scratch" ? new ScratchOptions { VocabularySize = 270, HiddenSize = 16, IntermediateSize = 32, MaxPositionEmbeddings = 64 } : null,
        Optimizer = new OptimizerOptions { LearningRate = 1e-2, WarmupSteps = 1 },
        Training = new TrainingOptions { MaxSteps = 6, PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 2, EvalSteps = 2, SaveSteps = 2 },
    };

    private static async Task<TrainingOutcome> Run(SftRecipe recipe, bool resume = false, int cancelAfter = 0)
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver
        {
            Stepped = report =>
            {
                if (report.Step == cancelAfter && cancelAfter > 0)
                    cancellation.Cancel();
            },
        };
        return (await SftRun.RunAsync(recipe, resume, observer, cancellation.Token)).Outcome;
    }

    private static IReadOnlyList<MetricsRow> Rows(SftRecipe recipe) => MetricsLog.Read(Path.Combine(recipe.OutputDir!, "metrics.jsonl"));

    public void Dispose() => _folder.Dispose();
}
