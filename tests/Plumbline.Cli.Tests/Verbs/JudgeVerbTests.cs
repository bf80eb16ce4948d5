using System.Text.Json;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class JudgeVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    private string Labels() => folders.Write("judged.jsonl", [.. Enumerable.Range(0, 200).Select(i =>
        $$"""{"prompt":"question {{i % 60}}","response":"{{(i % 2 == 0 ? "thank you, " : "")}}door {{i % 7}}","polite":{{i % 2 ^ 1}},"note":{{i}}}""")]);

    [Fact]
    public async Task Judge_Json_ReportsHeldOutRows_AndWritesHalvesThatShareNoPrompt()
    {
        CommandLine run = await CommandLine.RunAsync("judge", "--data", Labels(), "--objectives", "polite", "--out", folders.In("judge"), "--write-halves", folders.In("halves"), "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement result = Assert.Single(run.Json);
        Assert.InRange(result.GetProperty("objectives").GetProperty("polite").GetProperty("pearson").GetDouble(), 0.9, 1);
        JsonElement[] first = Half("first.jsonl"), second = Half("second.jsonl");
        Assert.Equal(200, first.Length + second.Length);
        Assert.Empty(first.Select(Prompt).Intersect(second.Select(Prompt)));
        Assert.Equal(second.Length, result.GetProperty("rows").GetInt32() + result.GetProperty("held_out").GetInt32());
        Assert.Equal(["prompt", "response", "polite", "note"], first[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Evaluate_JudgeAlone_AgainstItself_WinsHalf()
    {
        await CommandLine.RunAsync("judge", "--data", Labels(), "--objectives", "polite", "--out", folders.In("judge2"), "--json");
        string prompts = folders.Write("tagged.jsonl", """{"prompt":"the cat","expected":"refuse","family":"direct"}""", """{"prompt":"a dog","expected":"comply"}""");
        string[] verb = ["evaluate", "--model", folders.Model, "--judge", folders.In("judge2"), "--prompts", prompts, "--max-tokens", "3", "--json"];
        CommandLine before = await CommandLine.RunAsync([.. verb, "--out", folders.In("before.jsonl")]);
        Assert.Equal("", before.Error);
        CommandLine after = await CommandLine.RunAsync([.. verb, "--against", folders.In("before.jsonl"), "--reference", folders.Model]);
        Assert.Equal("", after.Error);
        JsonElement result = Assert.Single(after.Json);
        JsonElement win = result.GetProperty("win_rates").GetProperty("judge");
        Assert.Equal((0.5, 2), (win.GetProperty("rate").GetDouble(), win.GetProperty("ties").GetInt32()));
        Assert.Equal(["judge_polite"], result.GetProperty("objectives").EnumerateObject().Select(p => p.Name));
        Assert.Equal(0, result.GetProperty("kl").GetProperty("k3").GetDouble(), 5);
        Assert.Equal(1, result.GetProperty("refusals").GetProperty("by_family").GetProperty("direct").GetProperty("rows").GetInt32());
        Assert.Equal(0, result.GetProperty("findings").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_WrongInput_SaysWhatToDo()
    {
        CommandLine nobody = await CommandLine.RunAsync("evaluate", "--model", folders.Model, "--prompts", folders.Prompts);
        Assert.Equal(2, nobody.ExitCode);
        Assert.Contains("Nobody is asked to judge the answers", nobody.Error);
        CommandLine noJudge = await CommandLine.RunAsync("evaluate", "--model", folders.Model, "--prompts", folders.Prompts, "--judge", folders.Model);
        Assert.Equal(1, noJudge.ExitCode);
        Assert.Contains("plumbline judge", noJudge.Error);
        string strange = folders.Write("strange.jsonl", """{"prompt":"the cat","completion":"x"}""", """{"prompt":"another","completion":"y"}""");
        CommandLine other = await CommandLine.RunAsync("evaluate", "--model", folders.Model, "--prompts", folders.Prompts, "--oracle", "--against", strange);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("strange.jsonl line 2", other.Error);
    }

    [Fact]
    public async Task Judge_WrongInput_SaysWhatToDo()
    {
        CommandLine half = await CommandLine.RunAsync("judge", "--data", Labels(), "--out", folders.In("j"), "--half", "third");
        Assert.Equal(2, half.ExitCode);
        CommandLine labels = await CommandLine.RunAsync("judge", "--data", Labels(), "--out", folders.In("j"), "--objectives", "kind");
        Assert.Equal(1, labels.ExitCode);
        Assert.Contains("no row has a label for kind", labels.Error);
        CommandLine few = await CommandLine.RunAsync("judge", "--data", folders.Write("few.jsonl", """{"prompt":"a","response":"b","polite":1}"""), "--out", folders.In("j"), "--objectives", "polite");
        Assert.Equal(1, few.ExitCode);
        Assert.Contains("needs at least 20", few.Error);
    }

    private static string Prompt(JsonElement row) => row.GetProperty("prompt").GetString()!;

    private JsonElement[] Half(string name) => [.. File.ReadAllLines(Path.Combine(folders.In("halves"), name)).Select(line => JsonElement.Parse(line))];
}
