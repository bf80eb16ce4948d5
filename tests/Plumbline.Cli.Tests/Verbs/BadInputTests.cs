using System.Text.Json.Nodes;

namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class BadInputTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    [Theory]
    [InlineData("genrate", "Did you mean 'generate'?")]
    [InlineData("generate --modell x --prompt y", "Did you mean '--model'?")]
    [InlineData("generate --model x --prompt y --max-tokens abc", "--max-tokens is 'abc', but must be a whole number.")]
    [InlineData("generate --model x --prompt y --temperature NaN --top-p -1", "--top-p is -1")]
    [InlineData("generate --model x --prompt y --temperature NaN", "--temperature is NaN")]
    [InlineData("generate --model x --prompt y --stop=", "--stop stands without its value")]
    [InlineData("generate --model x --prompt y --device gpu", "a device is cpu, cuda or cuda:N")]
    [InlineData("generate --model x", "--prompt is missing")]
    [InlineData("evaluate --model x --reward y --prompts z --limit -1", "--limit is -1")]
    [InlineData("tokenize --model x", "Give either --text or --file.")]
    [InlineData("sft --resume", "--resume needs --out")]
    [InlineData("sft --resume --out /nowhere/at/all", "there is no such folder")]
    public async Task CommandLine_WrongUsage_IsNamedAndExitsWithTwo(string line, string said)
    {
        CommandLine run = await CommandLine.RunAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith("error: ", run.Error);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task Grpo_SeveralFaults_AreToldAtOnce()
    {
        CommandLine run = await CommandLine.RunAsync(folders.Grpo("faulty", "--set", "grpo.num_generation=4", "--set", "grpo.beta=-1", "--max-steps", "-4"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Did you mean 'grpo.num_generations'?", run.Error);
        Assert.Contains("grpo.beta is -1", run.Error);
        Assert.Contains("training.max_steps is -4", run.Error);
        Assert.False(Directory.Exists(folders.In("faulty")));
    }

    [Fact]
    public async Task Folders_OfTheWrongKind_AreNamedForWhatTheyAre()
    {
        async Task Fails(int code, string said, params string[] args)
        {
            CommandLine run = await CommandLine.RunAsync(args);
            Assert.Contains(said, run.Error);
            Assert.Equal(code, run.ExitCode);
        }
        await Fails(1, "there is no such folder", "generate", "--model", folders.In("nowhere"), "--prompt", "x");
        await Fails(1, "is no model", "generate", "--model", folders.Root, "--prompt", "x");
        await Fails(2, "it scores, it does not write", "generate", "--model", folders.Reward, "--prompt", "x");
        await Fails(1, "not a PEFT adapter", "generate", "--model", folders.Model, "--adapter", folders.Model, "--prompt", "x");
        await Fails(1, "not a reward model", "score", "--reward", folders.Model, "--data", folders.Prompts);
        await Fails(1, "it cannot be a policy", [.. folders.Grpo("judge", "--model", folders.Reward).Where((_, i) => i is not (1 or 2))]);
        Assert.False(Directory.Exists(folders.In("judge")));
    }

    [Fact]
    public async Task Model_Damaged_IsRefusedWithTheReason()
    {
        async Task<string> Error(string name, Action<string> damage)
        {
            string copy = folders.In(name);
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.GetFiles(folders.Model))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            damage(copy);
            CommandLine run = await CommandLine.RunAsync("generate", "--model", copy, "--prompt", "x");
            Assert.Equal(1, run.ExitCode);
            Assert.DoesNotContain("fault of Plumbline's", run.Error);
            return run.Error;
        }
        void Config(string folder, string key, JsonNode value)
        {
            string path = Path.Combine(folder, "config.json");
            JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
            config[key] = value;
            File.WriteAllText(path, config.ToJsonString());
        }
        string Weights(string folder) => Path.Combine(folder, "model.safetensors");
        Assert.Contains("model.safetensors", await Error("cut", f => File.WriteAllBytes(Weights(f), File.ReadAllBytes(Weights(f))[..^100])));
        Assert.Contains("model.safetensors", await Error("lie", f => File.WriteAllBytes(Weights(f), [255, 255, 255, 255, 255, 255, 255, 127, .. File.ReadAllBytes(Weights(f))[8..]])));
        Assert.Contains("vocab_size", await Error("vocabulary", f => Config(f, "vocab_size", 100)));
        string unknown = await Error("family", f =>
        {
            Config(f, "model_type", "mamba");
            Config(f, "architectures", new JsonArray("MambaForCausalLM"));
        });
        Assert.Contains("mamba", unknown, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("qwen3", unknown, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Data_Malformed_NamesFileAndLine()
    {
        string broken = folders.Write("broken.jsonl", """{"prompt":"a","completion":"b"}""", """{"prompt":"a","comp""");
        string strange = folders.Write("strange.jsonl", """{"question":"a"}""");
        Assert.Contains($"{broken} line 2", (await CommandLine.RunAsync("logprobs", "--model", folders.Model, "--data", broken)).Error);
        Assert.Contains($"{strange} line 1", (await CommandLine.RunAsync("logprobs", "--model", folders.Model, "--data", strange)).Error);
        Assert.Contains($"{broken} line 2", (await CommandLine.RunAsync("score", "--reward", folders.Reward, "--data", broken)).Error);
    }

    [Fact]
    public async Task Generate_BeyondTheContext_NamesBothNumbersBeforeItBegins()
    {
        CommandLine asked = await CommandLine.RunAsync("generate", "--model", folders.Model, "--prompt", "the cat", "--max-tokens", "500");
        Assert.Equal(1, asked.ExitCode);
        Assert.Equal("", asked.Output);
        Assert.Contains("ends at 128", asked.Error);
        string longPrompt = string.Join(' ', Enumerable.Repeat("zebra", 200));
        CommandLine tooLong = await CommandLine.RunAsync("generate", "--model", folders.Model, "--prompt", longPrompt);
        Assert.Contains("Shorten the prompt to fewer than 128 tokens", tooLong.Error);
        CommandLine fitting = await CommandLine.RunAsync("generate", "--model", folders.Model, "--prompt", "the cat", "--json"); // 128 is the usual length, and the prompt has tokens too
        Assert.Equal(0, fitting.ExitCode);
    }

    [Fact]
    public async Task Device_CudaWhereThereIsNone_SaysHowToBuild()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda_is_available(), "CUDA is available here.");
        CommandLine run = await CommandLine.RunAsync("generate", "--model", folders.Model, "--prompt", "x", "--device", "cuda:1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("-p:Device=cuda", run.Error);
        CommandLine recipe = await CommandLine.RunAsync(folders.Grpo("gpu", "--set", "device=cuda"));
        Assert.Contains("-p:Device=cuda", recipe.Error);
        Assert.False(Directory.Exists(folders.In("gpu")));
    }
}
