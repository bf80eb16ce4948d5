using System.Diagnostics;
using System.Text.Json;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tokens;
using Plumbline.TestKit;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class ExportVerbTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    // A trained-looking adapter: B filled, so that merging changes tokens.
    private string Adapter()
    {
        string directory = folders.In("adapter");
        using CheckpointFolder folder = CheckpointFolder.Open(folders.Model);
        using DecoderModel model = DecoderModel.Load(folder);
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 8, TargetModules = ["all-linear"], BaseModelNameOrPath = folders.Model }, 1);
        foreach ((string name, Tensor weight) in adapter.NamedParameters())
            if (name.Contains("lora_B", StringComparison.Ordinal))
                weight.add_(0.3);
        adapter.Save(directory);
        return directory;
    }

    [Fact]
    public async Task Export_AdapterToAFolder_GeneratesWhatBaseAndAdapterDo()
    {
        string adapter = Adapter(), merged = folders.In("merged");
        CommandLine made = await CommandLine.RunAsync("export", "--model", folders.Model, "--adapter", adapter, "--format", "hf", "--out", merged, "--json");
        Assert.Equal(0, made.ExitCode);
        Assert.Equal("hf", made.Json.Single().GetProperty("format").GetString());
        Task<CommandLine> Tokens(params string[] more) => CommandLine.RunAsync(["generate", "--prompt", "the cat", "--temperature", "0", "--max-tokens", "12", "--json", .. more]);
        CommandLine apart = await Tokens("--model", folders.Model, "--adapter", adapter), together = await Tokens("--model", merged), bare = await Tokens("--model", folders.Model);
        Assert.Equal(apart.Json.Single().GetProperty("token_ids").ToString(), together.Json.Single().GetProperty("token_ids").ToString());
        Assert.NotEqual(bare.Json.Single().GetProperty("token_ids").ToString(), together.Json.Single().GetProperty("token_ids").ToString());
    }

    [Fact]
    public async Task Export_Gguf_IsHalfPrecisionUnlessToldOtherwise()
    {
        var sizes = new Dictionary<string, long>();
        foreach (string[] type in new string[][] { [], ["--type", "f16"], ["--type", "f32"], ["--type", "q8_0"] })
        {
            CommandLine made = await CommandLine.RunAsync(["export", "--model", folders.Model, "--out", folders.In("m.gguf"), "--json", .. type]);
            Assert.Equal(0, made.ExitCode);
            Assert.Equal("GGUF"u8.ToArray(), File.ReadAllBytes(folders.In("m.gguf"))[..4]);
            sizes[type.LastOrDefault("")] = made.Json.Single().GetProperty("bytes").GetInt64();
        }
        Assert.Equal(sizes["f16"], sizes[""]);
        Assert.True(sizes["f32"] > sizes["f16"] && sizes["f16"] > sizes["q8_0"]);
        CommandLine merged = await CommandLine.RunAsync("export", "--model", folders.Model, "--adapter", Adapter(), "--type", "f32", "--out", folders.In("a.gguf"), "--json");
        Assert.Equal(sizes["f32"], merged.Json.Single().GetProperty("bytes").GetInt64());
        await CommandLine.RunAsync("export", "--model", folders.Model, "--type", "f32", "--out", folders.In("m.gguf"));
        Assert.NotEqual(File.ReadAllBytes(folders.In("m.gguf")), File.ReadAllBytes(folders.In("a.gguf")));
    }

    // Another program's own reading of the file: rotation in neighbouring pairs, shared heads, SentencePiece ids. 64 tokens of a trained model.
    [Theory, InlineData("Once upon a time"), InlineData("Lily and Tom went to the park. They")]
    public async Task Export_Stories_AreToldByLlamaCppInTheSameTokens(string prompt)
    {
        string? model = SharedFiles.Data("stories260K"), script = PeerScript();
        Assert.SkipWhen(model is null, "stories260K is absent.");
        Assert.SkipWhen(script is null, "node-llama-cpp is not installed: bench/run peer installs it.");
        string file = folders.In("stories.gguf");
        Assert.Equal(0, (await CommandLine.RunAsync("export", "--model", model!, "--type", "f32", "--out", file)).ExitCode);
        CommandLine ours = await CommandLine.RunAsync("generate", "--model", model!, "--prompt", prompt, "--temperature", "0", "--max-tokens", "64", "--json");
        int[] ids = TokenizerFolder.Load(model!).Encode(prompt);

        using Process node = Process.Start(new ProcessStartInfo("node", [script!]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { model = file, threads = 1, tokens = 64, repeats = 1, prompts = new[] { ids }, prompt }));
        node.StandardInput.Close();
        string said = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, node.ExitCode);
        JsonElement theirs = JsonElement.Parse(said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Equal(ids, theirs.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal(ours.Json.Single().GetProperty("token_ids").ToString(), theirs.GetProperty("tokens")[0].ToString());
    }

    private static string? PeerScript()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Plumbline.slnx")))
            root = root.Parent;
        return root is not null && Directory.Exists(Path.Combine(root.FullName, "bench/peer/node_modules")) ? Path.Combine(root.FullName, "bench/peer/decode.mjs") : null;
    }

    [Fact]
    public async Task Merge_WritesWhatExportWrites()
    {
        string adapter = Adapter();
        Assert.Equal(0, (await CommandLine.RunAsync("export", "--model", folders.Model, "--adapter", adapter, "--format", "hf", "--out", folders.In("exported"))).ExitCode);
        CommandLine made = await CommandLine.RunAsync("merge", "--model", folders.Model, "--adapter", adapter, "--out", folders.In("merge"), "--json");
        Assert.Equal(folders.In("merge"), made.Json.Single().GetProperty("output").GetString());
        Assert.Equal(File.ReadAllBytes(folders.In("exported/model.safetensors")), File.ReadAllBytes(folders.In("merge/model.safetensors")));
        await CommandLine.RunAsync("merge", "--model", folders.Model, "--adapter", adapter, "--out", folders.In("half"), "--dtype", "bfloat16");
        Assert.Contains("bfloat16", File.ReadAllText(folders.In("half/config.json")));
        foreach ((string[] more, int code, string said) in new[]
        {
            (new[] { "--out", folders.Model }, 2, "own folder"), (["--out", folders.In("x"), "--dtype", "int8"], 2, "--dtype is 'int8'"),
            (["--out", folders.In("x"), "--model", folders.Reward], 2, "it scores, it does not write"),
            (["--out", folders.Prompts], 2, "which is a file. Name a folder."), (["--out", folders.Root], 2, "which holds other files"), (["--out", folders.In("half")], 0, ""),
        })
        {
            string[] model = more.Contains("--model") ? [] : ["--model", folders.Model];
            CommandLine run = await CommandLine.RunAsync(["merge", "--adapter", adapter, .. model, .. more]);
            Assert.Equal(code, run.ExitCode);
            Assert.Contains(said, run.Error);
        }
    }

    [Fact]
    public async Task Export_WrongUsage_IsNamedAndExitsWithTwo()
    {
        foreach ((string[] more, string said) in new[]
        {
            (new[] { "--format", "onnx" }, "--format is 'onnx'"), (["--type", "q4"], "--type is 'q4', but a type is f32, f16, q8_0"),
            (["--format", "hf", "--type", "q8_0"], "a Hugging Face folder does not know"),
        })
        {
            CommandLine run = await CommandLine.RunAsync(["export", "--model", folders.Model, "--out", folders.In("wrong"), .. more]);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains(said, run.Error);
        }
        Assert.Contains("which is a folder", (await CommandLine.RunAsync("export", "--model", folders.Model, "--out", folders.Root)).Error);
        Assert.Contains("own folder", (await CommandLine.RunAsync("export", "--model", folders.Model, "--format", "hf", "--out", folders.Model + "/")).Error);
        Assert.Contains("it scores, it does not write", (await CommandLine.RunAsync("export", "--model", folders.Reward, "--out", folders.In("r.gguf"))).Error);
    }
}
