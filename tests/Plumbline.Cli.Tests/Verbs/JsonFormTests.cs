using System.Text.Json;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class JsonFormTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Generate_Json_IsOneObjectWithTextIdsLogProbsAndReason()
    {
        CommandLine run = await CommandLine.RunAsync("generate", "--model", folders.Model, "--prompt", "the cat", "--max-tokens", "5", "--temperature", "0", "--json");
        JsonElement result = Assert.Single(run.Json);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["text", "token_ids", "logprobs", "finish_reason"], result.EnumerateObject().Select(p => p.Name));
        int count = result.GetProperty("token_ids").GetArrayLength();
        Assert.InRange(count, 1, 5);
        Assert.Equal(count, result.GetProperty("logprobs").GetArrayLength());
        Assert.All(result.GetProperty("logprobs").EnumerateArray(), p => Assert.True(p.GetDouble() < 0));
        Assert.Equal(count == 5 ? "length" : "stop", result.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Tokenize_File_PrintsOneObjectALine()
    {
        string file = folders.Write("lines.txt", "the cat", "", "a dog");
        CommandLine run = await CommandLine.RunAsync("tokenize", "--model", folders.Model, "--file", file, "--json");
        CommandLine alone = await CommandLine.RunAsync("tokenize", "--model", folders.Model, "--text", "a dog", "--json");
        Assert.Equal(3, run.Json.Length);
        Assert.Equal(0, run.Json[1].GetProperty("ids").GetArrayLength());
        Assert.Equal(alone.Output.Trim(), run.Lines[2]);
    }

    // The same completion given as text and as ids must get the same log-probabilities, and they are those that generate reported.
    [Fact]
    public async Task LogProbs_BothForms_AgreeWithGenerate()
    {
        JsonElement generated = (await CommandLine.RunAsync("generate", "--model", folders.Model, "--prompt", "the cat", "--max-tokens", "4", "--temperature", "0", "--json")).Json[0];
        string prompt = (await CommandLine.RunAsync("tokenize", "--model", folders.Model, "--text", "the cat", "--json")).Json[0].GetProperty("ids").GetRawText();
        string ids = generated.GetProperty("token_ids").GetRawText();
        string rows = folders.Write("rows.jsonl", $$"""{"prompt_ids":{{prompt}},"completion_ids":{{ids}}}""", $$"""{"prompt":"the cat","completion_ids":{{ids}},"completion":" sat"}""");
        CommandLine run = await CommandLine.RunAsync("logprobs", "--model", folders.Model, "--data", rows, "--json");
        Assert.Equal(2, run.Json.Length);
        Assert.Equal(ids, run.Json[0].GetProperty("completion_ids").GetRawText());
        foreach ((double was, double now) in generated.GetProperty("logprobs").EnumerateArray().Zip(run.Json[0].GetProperty("logprobs").EnumerateArray(), (a, b) => (a.GetDouble(), b.GetDouble())))
            Assert.Equal(was, now, 4);
        Assert.True(run.Json[1].GetProperty("logprobs").GetArrayLength() > 0);
    }

    [Fact]
    public async Task LogProbs_FolderWithoutTokenizer_TakesIds()
    {
        string bare = folders.In("bare");
        Directory.CreateDirectory(bare);
        foreach (string file in new[] { "config.json", "model.safetensors" })
            File.Copy(Path.Combine(folders.Model, file), Path.Combine(bare, file), overwrite: true);
        string ids = folders.Write("ids.jsonl", """{"prompt_ids":[5,6],"completion_ids":[7]}""");
        Assert.Single((await CommandLine.RunAsync("logprobs", "--model", bare, "--data", ids, "--json")).Json);
        CommandLine text = await CommandLine.RunAsync("logprobs", "--model", bare, "--data", folders.Write("text.jsonl", """{"prompt":"a","completion":"b"}"""), "--json");
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("holds no tokenizer", text.Error);
    }

    [Fact]
    public async Task Score_Json_WritesRowsWithScoresAndReportsLabels()
    {
        string data = folders.Write("labelled.jsonl", """{"prompt":"a","response":"ü","polite":1,"id":7}""", """{"prompt":"b","completion":"no","polite":0}""");
        CommandLine run = await CommandLine.RunAsync("score", "--reward", folders.Reward, "--data", data, "--out", folders.In("deep/S.jsonl"), "--json");
        JsonElement report = Assert.Single(run.Json);
        JsonElement[] scored = [.. File.ReadAllLines(folders.In("deep/S.jsonl")).Select(line => JsonElement.Parse(line))];
        Assert.Equal(2, report.GetProperty("rows").GetInt32());
        Assert.Equal(2, report.GetProperty("objectives").GetProperty("polite").GetProperty("report").GetProperty("rows").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("objectives").GetProperty("long").GetProperty("report").ValueKind);
        Assert.Equal(["prompt", "response", "polite", "id", "scores"], scored[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(["polite", "long"], scored[1].GetProperty("scores").EnumerateObject().Select(p => p.Name));
        Assert.Equal("ü", scored[0].GetProperty("response").GetString());
        Assert.Equal(report.GetProperty("objectives").GetProperty("polite").GetProperty("mean_score").GetDouble(), scored.Average(s => s.GetProperty("scores").GetProperty("polite").GetDouble()), 6);
    }

    [Fact]
    public async Task Evaluate_Json_IsOneObject()
    {
        CommandLine run = await CommandLine.RunAsync(
            "evaluate", "--model", folders.Model, "--reward", folders.Reward, "--prompts", folders.Prompts, "--max-tokens", "3", "--out", folders.In("answers.jsonl"), "--json");
        JsonElement result = Assert.Single(run.Json);
        Assert.Equal(2, result.GetProperty("prompts").GetInt32());
        Assert.Equal(["polite", "long"], result.GetProperty("objectives").EnumerateObject().Select(p => p.Name));
        Assert.Equal(2, File.ReadAllLines(folders.In("answers.jsonl")).Length);
    }
}
