using Plumbline.Models.Decoder;
using Plumbline.Training.Data;
using Plumbline.Training.Dpo;
using Plumbline.Training.Grpo;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rloo;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Dpo;
using Plumbline.Training.Tests.Grpo;

namespace Plumbline.Training.Tests.Runs;

/// <summary>Rows that stay on disk are taken in the same order as from memory, and make the same steps to the last bit.</summary>
[Collection(AloneCollection.Name)]
public sealed class StreamedRunTests
{
    private static readonly TrainingOptions ThreeSteps = new() { MaxSteps = 3, EvalSteps = 2 };

    // Three prompts of nine are held out, in both ways the same ones.
    [Theory, InlineData("grpo"), InlineData("rloo"), InlineData("ppo")]
    public async Task Online_FromDisk_MakesTheStepsOfMemory(string algorithm)
    {
        using var workshop = new GrpoWorkshop();
        File.WriteAllLines(workshop["rows.jsonl"], Enumerable.Range(0, 9).Select(i => $$"""{"prompt":"say {{i}}{{new string('.', i)}}"}"""));
        var held = new PromptData { Prompts = [workshop["rows.jsonl"]], EvalFraction = 1 / 3.0, MaxPromptLength = 100 };
        string memory = workshop["memory"], disk = workshop["disk"];
        await RunAsync(workshop, algorithm, held, memory);
        await RunAsync(workshop, algorithm, held with { Streaming = true }, disk);
        Same(memory, disk, steps: 3);
        string log = Assert.Single(Directory.GetFiles(Path.Combine(memory, "completions"))); // of step 1
        Assert.Equal(File.ReadAllBytes(log), File.ReadAllBytes(Path.Combine(disk, "completions", Path.GetFileName(log))));
    }

    // What differs: how long prompts are is not known beforehand, so the longest that is allowed must fit the model's 128 places, though none is so long.
    [Fact]
    public async Task Online_FromDisk_CountsWithTheLongestPromptAllowed()
    {
        using var workshop = new GrpoWorkshop();
        var streamed = new PromptData { Prompts = [workshop["prompts.txt"]], Streaming = true, MaxPromptLength = 121 };
        Assert.Contains("has 121 tokens and 8 are to follow", (await Assert.ThrowsAsync<ContextLengthException>(() => RunAsync(workshop, "grpo", streamed, workshop["run"]))).Message);
    }

    [Fact]
    public async Task Dpo_FromDisk_MakesTheStepsOfMemory()
    {
        using var workshop = new DpoWorkshop();
        DpoRecipe held = workshop.Recipe(lora: true) with { OutputDir = workshop["memory"], Training = ThreeSteps with { PerDeviceTrainBatchSize = 4 } };
        await DpoWorkshop.Run(held);
        await DpoWorkshop.Run(held with { OutputDir = workshop["disk"], Data = held.Data with { Streaming = true } });
        Same(workshop["memory"], workshop["disk"], steps: 3);
    }

    // What differs: a pair whose answers are alike when cut is left out where all are read beforehand; from disk it is met in its step, and stops the run.
    [Fact]
    public async Task Dpo_FromDisk_StopsAtAPairThatMemoryWouldLeaveOut()
    {
        using var workshop = new DpoWorkshop();
        File.WriteAllLines(workshop["same.jsonl"], ["""{"prompt":"a","chosen":"b","rejected":"b"}""", """{"prompt":"a","chosen":"b","rejected":"c"}"""]);
        DpoRecipe recipe = workshop.Recipe() with { Data = new DpoData { Train = [workshop["same.jsonl"]], Streaming = true }, Training = ThreeSteps };
        Assert.Contains("both answers to 'a' are the same", (await Assert.ThrowsAsync<DataException>(() => DpoWorkshop.Run(recipe))).Message);
    }

    private static async Task RunAsync(GrpoWorkshop workshop, string algorithm, PromptData data, string output)
    {
        GrpoRecipe grpo = workshop.Recipe(lora: true) with { Data = data, OutputDir = output, Training = ThreeSteps };
        var observer = new RecordingObserver();
        CancellationToken token = TestContext.Current.CancellationToken;
        if (algorithm == "grpo")
            await GrpoRun.RunAsync(grpo, resume: false, observer, token);
        else if (algorithm == "rloo")
            await RlooRun.RunAsync(As(new RlooRecipe { Rloo = new RlooOptions { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 8 } }), resume: false, observer, token);
        else
            await PpoRun.RunAsync(As(new PpoRecipe { Ppo = new PpoOptions { PromptsPerStep = 4, MaxCompletionLength = 8 } }), resume: false, observer, token);

        T As<T>(T recipe)
            where T : OnlineRecipe =>
            recipe with { Model = grpo.Model, OutputDir = output, Seed = grpo.Seed, Adapter = grpo.Adapter, Data = data, Rewards = grpo.Rewards, Optimizer = grpo.Optimizer, Training = grpo.Training };
    }

    private static void Same(string memory, string disk, int steps)
    {
        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(Path.Combine(memory, "metrics.jsonl")), others = MetricsLog.Read(Path.Combine(disk, "metrics.jsonl"));
        Assert.Equal(steps, rows[^1].Step);
        Assert.Equal(rows.Count, others.Count);
        Assert.All(rows.Zip(others), pair => Assert.True(pair.First.SameApartFromTiming(pair.Second), $"step {pair.First.Step} differs"));
        string weights = Path.Combine("final", "adapter_model.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(memory, weights)), File.ReadAllBytes(Path.Combine(disk, weights)));
    }
}
