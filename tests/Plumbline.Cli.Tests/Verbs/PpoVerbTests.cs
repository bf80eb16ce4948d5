namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class PpoVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Ppo_Json_PrintsOneObjectAndLeavesAnAdapterThatGenerates()
    {
        CommandLine run = await CommandLine.RunAsync(
            "ppo", "--model", folders.Model, "--reward", folders.Reward, "--prompts", folders.Prompts, "--out", folders.In("ppo"), "--no-live", "--json",
            "--max-steps", "2", "--set", "adapter={}", "--set", "ppo.prompts_per_step=2", "--set", "ppo.max_completion_length=4", "--set", "ppo.missing_eos_penalty=1");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, Assert.Single(run.Json).GetProperty("steps").GetInt32());
        Assert.Contains("ppo 2/2", run.Error);
        Assert.Equal(0, (await CommandLine.RunAsync("generate", "--model", folders.Model, "--adapter", folders.In("ppo/final"), "--prompt", "a dog", "--max-tokens", "2")).ExitCode);
    }
}
