namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class RunTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Grpo_Json_PrintsOneObjectAndLeavesAModelThatGenerates()
    {
        CommandLine run = await CommandLine.RunAsync(folders.Grpo("done", "--max-steps", "2", "--json"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, Assert.Single(run.Json).GetProperty("steps").GetInt32());
        Assert.Contains("grpo 2/2", run.Error);
        Assert.Equal(0, (await CommandLine.RunAsync("generate", "--model", folders.In("done/final"), "--prompt", "a dog", "--max-tokens", "2")).ExitCode);
        CommandLine again = await CommandLine.RunAsync(folders.Grpo("done", "--max-steps", "2"));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("holds a run already", again.Error);
    }

    [Fact]
    public async Task Grpo_Interrupted_ExitsWith130AndResumesToTheSameMetrics()
    {
        using var stop = new CancellationTokenSource();
        string metrics = folders.In("stopped/metrics.jsonl");
        CommandLine stopped = await CommandLine.RunAsync("", new WatchedWriter("grpo 1/", stop.Cancel), stop.Token, folders.Grpo("stopped", "--max-steps", "100", "--set", "optimizer.lr_scheduler_type=constant"));
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("Go on with: plumbline grpo --resume --out ", stopped.Output);

        const string steps = "3";
        CommandLine resumed = await CommandLine.RunAsync("grpo", "--resume", "--out", folders.In("stopped"), "--max-steps", steps, "--no-live");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("Going on after step", resumed.Output);
        Assert.Equal(0, (await CommandLine.RunAsync(folders.Grpo("whole", "--max-steps", steps, "--set", "optimizer.lr_scheduler_type=constant"))).ExitCode);
        Assert.Equal(Rewards(folders.In("whole/metrics.jsonl")), Rewards(metrics));
    }

    [Fact]
    public async Task Grpo_CompletionsBeyondTheContext_FailsBeforeAFolderIsMade()
    {
        CommandLine run = await CommandLine.RunAsync(folders.Grpo("long", "--set", "grpo.max_completion_length=127"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ends at 128", run.Error);
        Assert.False(Directory.Exists(folders.In("long")));
    }

    private static double[] Rewards(string metrics) =>
        [.. Plumbline.Training.Runs.MetricsLog.Read(metrics).SelectMany(r => new[] { r.Metrics["reward"], r.Metrics["loss"], r.Metrics["grad_norm"] })];
}
