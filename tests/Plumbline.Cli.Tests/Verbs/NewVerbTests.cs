using System.Text.Json;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class NewVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    // Embedding 300·32, a layer 2·32·32 + 2·32·16 + 3·32·64 + 2·32 and, in Qwen2's form, biases of 32 + 2·16; the last norm 32.
    [Fact]
    public async Task New_AShape_IsAFolderThatGenerates()
    {
        CommandLine made = await CommandLine.RunAsync("new", "--shape", "width=32,layers=1,heads=4,kv_heads=2,ffn=64,vocab=300", "--out", folders.In("new"), "--json");
        Assert.Equal(0, made.ExitCode);
        JsonElement told = made.Json.Single();
        Assert.Equal(9600 + 2048 + 1024 + 6144 + 64 + 64 + 32, told.GetProperty("parameters").GetInt64());
        Assert.Equal(258, told.GetProperty("tokenizer_ids").GetInt32());
        CommandLine run = await CommandLine.RunAsync("generate", "--model", folders.In("new"), "--prompt", "Hello", "--max-tokens", "4", "--json");
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task New_WithATokenizer_CopiesIt()
    {
        CommandLine made = await CommandLine.RunAsync("new", "--shape", "tiny,layers=1", "--family", "llama", "--dtype", "bfloat16", "--tokenizer", folders.Model, "--out", folders.In("copy"));
        Assert.Equal(0, made.ExitCode);
        Assert.Contains("LlamaForCausalLM", made.Output);
        CommandLine theirs = await CommandLine.RunAsync("tokenize", "--model", folders.Model, "--text", "the cat"), ours = await CommandLine.RunAsync("tokenize", "--model", folders.In("copy"), "--text", "the cat");
        Assert.Equal(theirs.Output, ours.Output);
    }

    [Theory]
    [InlineData("new --out x", "--shape is missing")]
    [InlineData("new --shape tiny", "--out is missing")]
    [InlineData("new --shape depth=3 --out x", "'depth' is no key of a shape")]
    [InlineData("new --shape huge --out x", "'huge' is no shape. Name one of tiny, 15m")]
    [InlineData("new --shape tiny --family bert --out x", "The family 'bert' is not supported. Supported are qwen2, qwen3, llama, mistral,")]
    [InlineData("new --shape tiny --family gpt2 --out x", "4 heads of 32 with 2 key-value heads on a width of 128 are no GPT-2")]
    [InlineData("new --shape tiny --dtype int8 --out x", "dtype is 'int8'")]
    [InlineData("new --shape tiny,vocab=100 --out x", "vocab=100, but 256 bytes")]
    public async Task New_WrongUsage_IsNamedAndExitsWithTwo(string line, string said)
    {
        CommandLine run = await CommandLine.RunAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task New_OntoAModel_IsRefused()
    {
        CommandLine run = await CommandLine.RunAsync("new", "--shape", "tiny,layers=1", "--out", folders.Model);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Name a new or empty folder.", run.Error);
        CommandLine missing = await CommandLine.RunAsync("new", "--shape", "tiny", "--tokenizer", folders.In("nowhere"), "--out", folders.In("y"));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("There is no folder", missing.Error);
    }
}
