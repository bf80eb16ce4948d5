namespace Plumbline.Cli.Tests.Verbs;

/// <summary>From a hub of this process to a model in use; the environment is the process's, so these run one at a time.</summary>
[Collection(CommandLineCollection.Name)]
public sealed class PullVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>, IAsyncLifetime
{
    private static readonly string[] Variables = ["HF_ENDPOINT", "HF_HOME", "HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"];
    private readonly string?[] _before = [.. Variables.Select(Environment.GetEnvironmentVariable)];
    private readonly string _home = folders.In($"home-{Guid.NewGuid():N}"); // an empty cache for every test
    private FakeHub.FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.FakeHub.StartAsync();
        _hub.Add("org/tiny", [.. Directory.EnumerateFiles(folders.Model).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]);
        foreach (string name in Variables)
            Environment.SetEnvironmentVariable(name, name == "HF_ENDPOINT" ? _hub.Endpoint : name == "HF_HOME" ? _home : null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((string name, string? value) in Variables.Zip(_before))
            Environment.SetEnvironmentVariable(name, value);
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task Pull_ThenGenerate_WritesWhatTheFolderWrites()
    {
        CommandLine early = await CommandLine.RunAsync("generate", "--model", "org/tiny", "--prompt", "the cat");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("Pull it with `plumbline pull org/tiny`", early.Error);

        CommandLine pulled = await CommandLine.RunAsync("pull", "org/tiny");
        Assert.Equal((0, ""), (pulled.ExitCode, pulled.Error));
        Assert.Contains("config.json  ", pulled.Output);
        Assert.Contains(" fetched in ", pulled.Output);
        Assert.Contains(Path.Combine(_home, "hub/models--org--tiny/snapshots/"), pulled.Output);
        Task<CommandLine> Tokens(string model) => CommandLine.RunAsync("generate", "--prompt", "the cat", "--temperature", "0", "--max-tokens", "8", "--json", "--model", model);
        Assert.Equal((await Tokens(folders.Model)).Json.Single().GetProperty("token_ids").ToString(), (await Tokens("org/tiny")).Json.Single().GetProperty("token_ids").ToString());

        CommandLine again = await CommandLine.RunAsync("pull", "org/tiny", "--json");
        Assert.Equal(0, again.Json.Single().GetProperty("fetched").GetInt64());
        CommandLine offline = await CommandLine.RunAsync("pull", "org/tiny", "--offline");
        Assert.Contains(again.Json.Single().GetProperty("folder").GetString()!, offline.Output);
    }

    [Fact]
    public async Task Train_OnAName_WritesTheNameAsTheBase()
    {
        await CommandLine.RunAsync("pull", "org/tiny");
        CommandLine run = await CommandLine.RunAsync(
            [.. folders.Grpo("named").Select(a => a == folders.Model ? "org/tiny" : a), "--set", "adapter={}", "--max-steps", "1"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\"base_model_name_or_path\": \"org/tiny\"", File.ReadAllText(folders.In("named/final/adapter_config.json")));
        CommandLine wrong = await CommandLine.RunAsync([.. folders.Grpo("other").Select(a => a == folders.Model ? "org/other" : a)]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("model: org/other: there is no such folder, and no model of that name in the cache", wrong.Error);
    }

    [Fact]
    public async Task Push_ATrainedAdapter_IsPulledMergedAndPushedWhole()
    {
        Environment.SetEnvironmentVariable("HF_TOKEN", _hub.Token);
        await CommandLine.RunAsync("pull", "org/tiny");
        string[] grpo = [.. folders.Grpo("published").Select(a => a == folders.Model ? "org/tiny" : a), "--set", "adapter={}", "--max-steps", "1"];
        Assert.Equal(0, (await CommandLine.RunAsync(grpo)).ExitCode);
        string final = folders.In("published/final");
        Assert.Contains("base_model: \"org/tiny\"", File.ReadAllText(Path.Combine(final, "README.md")));
        Assert.Contains("commit of org/tiny", File.ReadAllText(folders.In("published/environment.json")));
        Assert.Contains("What is published is the model in it", (await CommandLine.RunAsync("push", folders.In("published"), "me/lora")).Error);

        CommandLine pushed = await CommandLine.RunAsync("push", final, "me/lora", "--message", "one step");
        Assert.Equal((0, ""), (pushed.ExitCode, pushed.Error));
        Assert.Contains($"{_hub.Endpoint}/me/lora", pushed.Output);
        Assert.Equal(["initial commit", "one step"], _hub.Find("models/me/lora")!.Messages);
        Assert.Contains("files are there already", (await CommandLine.RunAsync("push", final, "me/lora")).Output);

        Assert.Equal(0, (await CommandLine.RunAsync("pull", "me/lora")).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync("merge", "--model", "org/tiny", "--adapter", "me/lora", "--out", folders.In("whole"))).ExitCode);
        Assert.Contains("library_name: transformers", File.ReadAllText(folders.In("whole/README.md")));
        CommandLine whole = await CommandLine.RunAsync("push", folders.In("whole"), "me/whole", "--private", "--json");
        Assert.Contains("model.safetensors", whole.Json.Single().GetProperty("sent").EnumerateArray().Select(p => p.GetString()));
        await CommandLine.RunAsync("pull", "me/whole");
        Task<CommandLine> Tokens(params string[] model) => CommandLine.RunAsync(["generate", "--prompt", "the cat", "--temperature", "0", "--max-tokens", "8", "--json", .. model]);
        Assert.Equal((await Tokens("--model", "org/tiny", "--adapter", "me/lora")).Json.Single().GetProperty("token_ids").ToString(), (await Tokens("--model", "me/whole")).Json.Single().GetProperty("token_ids").ToString());
    }

    [Fact]
    public async Task Push_WrongUsage_IsNamed()
    {
        Assert.Contains("A push needs a token that may write", (await CommandLine.RunAsync("push", folders.Model, "me/new")).Error);
        CommandLine data = await CommandLine.RunAsync("push", folders.Model, "datasets/me/rows");
        Assert.Equal((2, true), (data.ExitCode, data.Error.Contains("push publishes models")));
    }

    [Fact]
    public async Task Pull_WhatIsNotThere_SaysWhatIsNear()
    {
        CommandLine misspelt = await CommandLine.RunAsync("pull", "org/tinny");
        Assert.Equal(1, misspelt.ExitCode);
        Assert.Contains("There is no model org/tinny on", misspelt.Error);
        Assert.Contains("Did you mean org/tiny?", misspelt.Error);
        Assert.DoesNotContain("Did you mean", (await CommandLine.RunAsync("pull", "else/where")).Error);
        Assert.Contains("'a b' is no name of the hub", (await CommandLine.RunAsync("pull", "a b")).Error);
        Assert.Equal(2, (await CommandLine.RunAsync("pull", "org/tiny", "--workers", "0")).ExitCode);
    }
}
