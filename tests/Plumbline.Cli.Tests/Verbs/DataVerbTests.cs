using System.Text.Json;
using Plumbline.TestKit;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class DataVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Fact]
    public async Task Inspect_WithoutColours_PutsWhatIsLearntInBrackets()
    {
        string file = folders.Write("qa.csv", "question,answer", "the cat,sat on the mat", "the cat,sat", "a dog,");
        CommandLine run = await CommandLine.RunAsync("data", "inspect", file, "--columns", "prompt=question,completion=answer");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{file}: 3 rows.", run.Output);
        Assert.Contains("Layout: prompt-completion, since rows have prompt and completion; for sft, score, logprobs. Not all rows: 2 have prompt, completion, 1 have prompt.", run.Output);
        Assert.Contains("Prompt of an earlier row: 1 of 3 rows (33.3 %).", run.Output);
        Assert.Contains("prompt: the cat\ncompletion: [sat on the mat]\n", run.Output.ReplaceLineEndings("\n"));
        Assert.Contains("In brackets: what is learnt. The rest", run.Output);
    }

    [Fact]
    public async Task Inspect_WithAModel_CountsTokensAndWhatIsCut()
    {
        string file = folders.Write("rows.jsonl", """{"prompt": "the cat ", "completion": "sat on the mat"}""", """{"prompt": "the cat ", "completion": "sat"}""");
        CommandLine run = await CommandLine.RunAsync("data", "inspect", file, "--model", folders.Model, "--max-length", "4", "--json");
        JsonElement told = run.Json.Single();
        Assert.Equal(("tokens", "prompt-completion"), (told.GetProperty("length_unit").GetString(), told.GetProperty("layout").GetProperty("name").GetString()));
        JsonElement row = told.GetProperty("lengths").GetProperty("row"), learnt = told.GetProperty("samples")[0][1];
        Assert.Equal(row.GetProperty("max").GetInt32(), told.GetProperty("samples")[0][0].GetProperty("ids").GetArrayLength() + learnt.GetProperty("ids").GetArrayLength());
        Assert.True(learnt.GetProperty("is_learnt").GetBoolean());
        Assert.InRange(told.GetProperty("truncated").GetInt32(), 1, 2);
    }

    [Fact]
    public async Task Inspect_ASentencePieceModel_KeepsTheSpacesOfEveryToken()
    {
        string? model = SharedFiles.Data("stories260K");
        Assert.SkipWhen(model is null, "stories260K is absent.");
        string file = folders.Write("spaces.jsonl", """{"prompt": "Once upon a time", "completion": " the day"}""");
        CommandLine run = await CommandLine.RunAsync("data", "inspect", file, "--model", model!);
        Assert.Contains("prompt: <s> Once upon a time", run.Output);
        Assert.Contains("[ the][ day]", run.Output);
    }

    [Fact]
    public async Task Convert_AnyFormat_WritesJsonLinesUnderOurNames()
    {
        string file = folders.Write("list.json", """[{"question": "q", "tags": ["a"]},""", """{"question": "r", "tags": []}]""");
        CommandLine run = await CommandLine.RunAsync("data", "convert", file, "--columns", "prompt=question", "--out", folders.In("converted.jsonl"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2 rows are in ", run.Output);
        Assert.Equal(["""{"prompt":"q","tags":["a"]}""", """{"prompt":"r","tags":[]}"""], File.ReadAllLines(folders.In("converted.jsonl")));
    }

    [Theory]
    [InlineData("data", "Say what to do with the data. Write plumbline data inspect FILE")]
    [InlineData("data show x", "There is nothing called 'show' to do with data.")]
    [InlineData("data inspect", "Name a file, a folder or a pattern: plumbline data inspect FILE.")]
    [InlineData("data inspect x --max-length 0", "--max-length is 0, but a length is 1 or more.")]
    [InlineData("data inspect x --columns prompt", "--columns holds 'prompt', but each part is ours=the file's, such as prompt=question.")]
    [InlineData("data convert x", "Name the file to write with --out; it ends in .jsonl.")]
    [InlineData("data convert x --out y.csv", "--out is y.csv, but rows are written as JSONL. Name a file that ends in .jsonl.")]
    [InlineData("data convert x.jsonl --out x.jsonl", "--out is x.jsonl, which is the file to read. Name another.")]
    public async Task Data_AskedWrongly_SaysHow(string arguments, string expected)
    {
        CommandLine run = await CommandLine.RunAsync(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task Inspect_NoSuchFile_IsOneSentence()
    {
        CommandLine run = await CommandLine.RunAsync("data", "inspect", "no-such.jsonl");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error: no-such.jsonl: there is no such file (", run.Error);
    }
}
