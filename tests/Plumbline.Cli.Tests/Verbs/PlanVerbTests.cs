using System.Text.Json;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class PlanVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Plan_ALargeShape_SaysThatItDoesNotFitAndWhatWould()
    {
        CommandLine run = await CommandLine.RunAsync("plan", "--shape", "qwen2.5-14b", "--set", "adapter={}", "--memory", "24GB", "--no-time");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("does not fit", run.Output);
        Assert.Contains("--set quantization=nf4", run.Output);
        CommandLine timed = await CommandLine.RunAsync("plan", "--shape", "qwen2.5-14b", "--set", "adapter={}", "--memory", "24GB");
        Assert.Matches(@"About \d+ (min|h) a step \(rollout \d+ (s|min|h), ", timed.Output);
        CommandLine json = await CommandLine.RunAsync("plan", "--shape", "qwen2.5-14b", "--set", "adapter={}", "--quantization", "nf4", "--memory", "24GB", "--no-time", "--json",
            "--set", "grpo.prompts_per_step=2", "--set", "grpo.num_generations=2", "--set", "grpo.max_completion_length=16", "--set", "data.max_prompt_length=32");
        JsonElement told = json.Json.Single();
        Assert.True(told.GetProperty("fits").GetBoolean());
        // 13.2 billion weights at 4.13 bits, two matrices of 152,064 x 5,120 in bfloat16, and 68.8 million adapter numbers of 16 bytes.
        Assert.InRange(told.GetProperty("held").EnumerateArray().Where(i => i.GetProperty("role").GetString() == "policy").Sum(i => i.GetProperty("bytes").GetInt64()), 9.8e9, 11.5e9);
    }

    [Fact]
    public async Task Plan_AFolderAndARecipe_NeedsNeitherDataNorRewards()
    {
        string recipe = folders.In("plan.yaml");
        File.WriteAllText(recipe, "ppo:\n  prompts_per_step: 2\ndata:\n  prompts: nowhere.jsonl\nrewards:\n  - path: nowhere\n");
        CommandLine run = await CommandLine.RunAsync("plan", "--model", folders.Model, "--recipe", recipe);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("critic", run.Output);
        Assert.Contains("it fits.", run.Output);
        Assert.Contains("s a step", run.Output);
    }

    [Theory]
    [InlineData("plan", "Name a model: --model DIR, or --shape such as qwen2.5-7b.")]
    [InlineData("plan --shape tiny --model x", "--model and --shape are both given. Keep one.")]
    [InlineData("plan --shape huge", "'huge' is no shape.")]
    [InlineData("plan --shape tiny --memory lots", "--memory is 'lots', but must be a number with GB, GiB, MB or MiB, such as 24GB.")]
    [InlineData("plan --shape tiny --algorithm sft", "--algorithm is 'sft', but plans are made for grpo, rloo, ppo.")]
    [InlineData("plan --shape tiny --quantization nf4", "Without an adapter every weight of the model is trained")]
    [InlineData("plan --shape tiny --set grpo.epsilon=2", "grpo.epsilon is 2, but the clip must lie strictly between 0 and 1.")]
    [InlineData("plan --shape tiny --set device=cuda", "Say it: --memory 80GB.")]
    public async Task WrongUsage_IsNamedAndExitsWithTwo(string line, string said)
    {
        CommandLine run = await CommandLine.RunAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(said, run.Error);
    }
}
