using System.Text.Json;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class QuantizeVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Theory, InlineData("8", "int8", 0.02), InlineData("4", "nf4", 0.2)]
    public async Task Quantize_AModel_IsAFolderThatGeneratesAndTellsItsError(string bits, string type, double kl)
    {
        string place = folders.In("packed-" + type);
        CommandLine made = await CommandLine.RunAsync("quantize", folders.Model, place, "--bits", bits, "--json");
        Assert.Equal("", made.Error);
        Assert.Equal(0, made.ExitCode);
        JsonElement told = made.Json.Single();
        Assert.Equal(type, told.GetProperty("type").GetString());
        Assert.InRange(told.GetProperty("kl").GetDouble(), 0, kl);
        CommandLine stored = await CommandLine.RunAsync("generate", "--model", place, "--prompt", "the cat", "--max-tokens", "4", "--temperature", "0", "--json");
        CommandLine onLoad = await CommandLine.RunAsync("generate", "--model", folders.Model, "--quantization", type, "--prompt", "the cat", "--max-tokens", "4", "--temperature", "0", "--json");
        Assert.Equal(0, stored.ExitCode);
        Assert.Equal(onLoad.Json.Single().GetProperty("text").GetString(), stored.Json.Single().GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("quantize MODEL x", "--bits is missing: 8 for int8, 4 for nf4.")]
    [InlineData("quantize MODEL x --bits 3", "--bits is 3, but projections are packed into 8 (int8) or 4 (nf4).")]
    [InlineData("quantize MODEL x --type fp4", "--type is 'fp4', but must be int8 (8 bits) or nf4 (4 bits).")]
    [InlineData("quantize MODEL x --bits 4 --type int8", "--bits is 4 and --type is int8, which has 8 bits. Leave one of them out.")]
    [InlineData("generate --model MODEL --prompt x --dtype fp16", "--dtype is 'fp16', but must be one of auto, float32, bfloat16, float16.")]
    [InlineData("generate --model MODEL --prompt x --quantization int4", "--quantization is 'int4', but must be one of none, int8, nf4.")]
    public async Task WrongUsage_IsNamedAndExitsWithTwo(string line, string said)
    {
        CommandLine run = await CommandLine.RunAsync([.. line.Split(' ').Select(word => word == "MODEL" ? folders.Model : word)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(said, run.Error);
    }
}
