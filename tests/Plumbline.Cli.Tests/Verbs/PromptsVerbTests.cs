using System.Text.Json;
using Plumbline.Training.Adversarial;
using Plumbline.Training.Data;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class PromptsVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Prompts_FromAFile_WritesAFileForEachSplit()
    {
        string behaviors = folders.Write("behaviors.jsonl", [.. Enumerable.Range(0, 12).Select(i => $$"""{"behavior":"do a bad thing {{i}}","category":"bad"}"""), """{"behavior":"do a good thing","expected":"comply"}"""]);
        CommandLine run = await CommandLine.RunAsync("prompts", "adversarial", "--behaviors", behaviors, "--out", folders.In("set"), "--count", "200", "--held-out-families", "encoding", "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement told = run.Json.Single();
        Assert.Equal((200, 50), (told.GetProperty("rows").GetInt32(), told.GetProperty("expected").GetProperty("comply").GetInt32() + 1));
        Assert.Equal("""["encoding"]""", told.GetProperty("held_out_families").GetRawText());
        string[] files = [.. told.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)];
        Assert.Equal(["train.jsonl", "heldout_behavior.jsonl", "heldout_family.jsonl", "heldout_both.jsonl"], files.Select(path => Path.GetFileName(path)));
        Assert.Equal(200, files.Sum(file => AdversarialFile.Read(file).Count));
        Assert.All(PromptRow.Read(files[0], "prompt"), row => Assert.Equal("train", row.Split));
    }

    [Fact]
    public async Task Prompts_OfTheWorld_NeedNoFileAndSayWhenThereAreNoMore()
    {
        CommandLine run = await CommandLine.RunAsync("prompts", "adversarial", "--out", folders.In("world.jsonl"), "--families", "splitting,encoding", "--held-out-families", "none");
        Assert.Equal(0, run.ExitCode);
        // 128 harmful and 144 harmless requests in 3 + 3 templates.
        Assert.Contains("1632 different prompts", run.Output);
        Assert.Contains("7000 were asked for", run.Output);
        Assert.Equal(1632, AdversarialFile.Read(folders.In("world.jsonl")).Count);
    }

    [Theory]
    [InlineData("prompts --out x", "Say which prompts to build. The one kind is adversarial")]
    [InlineData("prompts benign --out x", "There are no prompts of the kind 'benign'.")]
    [InlineData("prompts adversarial", "--out is missing")]
    [InlineData("prompts adversarial --out x --count 0", "--count is 0")]
    [InlineData("prompts adversarial --out x --families roleplay", "--families names 'roleplay'")]
    [InlineData("prompts adversarial --out x --families direct --held-out-families encoding", "--held-out-families names 'encoding'")]
    [InlineData("prompts adversarial --out x --held-out-fraction 1.5", "--held-out-fraction is 1.5")]
    public async Task Prompts_WrongUsage_IsNamedAndExitsWithTwo(string line, string said)
    {
        CommandLine run = await CommandLine.RunAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task Prompts_WrongFile_IsNamedAndWritesNothing()
    {
        async Task<string> Error(params string[] more)
        {
            CommandLine run = await CommandLine.RunAsync(["prompts", "adversarial", "--out", folders.In("none"), .. more]);
            Assert.Equal(1, run.ExitCode);
            Assert.False(Directory.Exists(folders.In("none")));
            return run.Error;
        }
        string empty = folders.Write("empty.jsonl"), harmless = folders.Write("harmless.jsonl", """{"prompt":"a","expected":"comply"}"""), harmful = folders.Write("harmful.jsonl", """{"prompt":"a b","expected":"refuse"}""");
        Assert.Contains("there is no such file", await Error("--behaviors", folders.In("missing.jsonl")));
        Assert.Contains("the file holds no rows", await Error("--behaviors", empty));
        Assert.Contains("no row is to be refused", await Error("--behaviors", harmless));
        Assert.Contains("look-alikes are harmless", await Error("--behaviors", harmful, "--look-alikes", harmful));
        CommandLine folder = await CommandLine.RunAsync("prompts", "adversarial", "--out", empty.Replace(".jsonl", ".txt"), "--look-alikes", folders.Write("empty.txt"));
        Assert.Equal(2, folder.ExitCode);
        Assert.Contains("which is a file", folder.Error);
    }
}
