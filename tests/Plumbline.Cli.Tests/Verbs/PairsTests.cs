using System.Text.Json;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class PairsTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Pairs_ThenDpo_RanksTheAnswersAndTrainsOnThem()
    {
        string file = folders.In("made/pairs.jsonl");
        CommandLine pairs = await CommandLine.RunAsync(Pairs(file, "--num-generations", "4", "--weight", "long=0", "--json"));
        Assert.Equal(0, pairs.ExitCode);
        JsonElement told = Assert.Single(pairs.Json);
        Assert.Equal(2, told.GetProperty("prompts").GetInt32());
        Assert.InRange(told.GetProperty("generated_tokens").GetInt32(), 8, 2 * 4 * 6);
        Assert.Contains("pairs 2/2 prompts", pairs.Error);
        JsonElement[] rows = [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(told.GetProperty("pairs").GetInt32(), rows.Length);
        Assert.All(rows, row => Assert.Equal(row.GetProperty("chosen_scores").GetProperty("polite").GetDouble() - row.GetProperty("rejected_scores").GetProperty("polite").GetDouble(), row.GetProperty("margin").GetDouble(), 1e-9));
        Assert.All(rows, row => Assert.True(row.GetProperty("margin").GetDouble() > 0));

        CommandLine dpo = await CommandLine.RunAsync("dpo", "--model", folders.Model, "--data", file, "--out", folders.In("dpo"), "--max-steps", "2", "--no-live", "--json");
        Assert.Equal(0, dpo.ExitCode);
        Assert.Equal(2, Assert.Single(dpo.Json).GetProperty("steps").GetInt32());
        Assert.Equal(0, (await CommandLine.RunAsync("generate", "--model", folders.In("dpo/final"), "--prompt", "a dog", "--max-tokens", "2")).ExitCode);
    }

    [Theory]
    [InlineData("objectives are polite, long", "--weight", "kind=2")]
    [InlineData("polite=2", "--weight", "polite")]
    [InlineData("a pair needs 2 answers", "--num-generations", "1")]
    [InlineData("a margin is a number", "--min-margin", "-1")]
    [InlineData("all answers to a prompt are alike", "--temperature", "0")]
    public async Task Pairs_BadInput_ExitsWith2AndSaysHowToMendIt(string remedy, params string[] more)
    {
        CommandLine run = await CommandLine.RunAsync(Pairs(folders.In("bad.jsonl"), more));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(remedy, run.Error);
        Assert.False(File.Exists(folders.In("bad.jsonl")));
    }

    [Fact]
    public async Task Dpo_RowsWithoutARejectedAnswer_FailsBeforeAFolderIsMade()
    {
        CommandLine run = await CommandLine.RunAsync("dpo", "--model", folders.Model, "--data", folders.Write("half.jsonl", """{"prompt":"a","chosen":"b"}"""), "--out", folders.In("half"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("data.rejected_field", run.Error);
        Assert.False(Directory.Exists(folders.In("half")));
    }

    private string[] Pairs(string output, params string[] more) =>
        ["pairs", "--model", folders.Model, "--reward", folders.Reward, "--prompts", folders.Prompts, "--out", output, "--max-tokens", "6", .. more];
}
