using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class AdapterFolderTests : IDisposable
{
    private const string Layer = "base_model.model.model.layers.0.self_attn.q_proj";

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static Dictionary<string, Tensor> Tensors(int rank) => new() { [Layer + ".lora_A.weight"] = torch.ones(rank, 6), [Layer + ".lora_B.weight"] = torch.ones(5, rank) };

    private string Fault(string keys)
    {
        AdapterFolder.Write(_folder.Path, new AdapterConfig(), Tensors(8));
        File.WriteAllText(_folder.File("adapter_config.json"), $$"""{"peft_type": "LORA", "target_modules": ["q_proj"], {{keys}}}""");
        return Assert.Throws<CheckpointException>(() => AdapterFolder.Open(_folder.Path)).Message;
    }

    [Fact]
    public void Write_EveryGoldenAdapter_KeepsEveryKeyAndEveryBit()
    {
        string[] folders = SharedFiles.Golden is { } golden ? [.. Directory.EnumerateDirectories(golden).Where(folder => File.Exists(Path.Combine(folder, "adapter_config.json")))] : [];
        Assert.SkipWhen(folders.Length == 0, "no golden adapters");
        foreach (string path in folders)
        {
            using var target = new TemporaryFolder();
            using AdapterFolder source = AdapterFolder.Open(path);
            Assert.NotEmpty(source.Names);
            AdapterFolder.Write(target.Path, source.Config, source.Names.Select(name => KeyValuePair.Create(name, source.Read(name))));

            var wanted = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(path, "adapter_config.json")))!;
            wanted.Remove("peft_version");
            JsonNode got = JsonNode.Parse(File.ReadAllText(target.File("adapter_config.json")))!;
            Assert.True(JsonNode.DeepEquals(wanted, got), $"wanted {wanted}\ngot {got}");
            using AdapterFolder copy = AdapterFolder.Open(target.Path);
            Assert.Equal(source.Names, copy.Names);
            Assert.All(source.Names, name => Assert.True(source.Read(name).eq(copy.Read(name)).all().item<bool>(), name));
        }
    }

    [Fact]
    public void Write_EverySetting_ReadsBack()
    {
        var config = new AdapterConfig
        {
            R = 3,
            LoraAlpha = 1.5,
            LoraDropout = 0.25,
            UseRslora = true,
            BaseModelNameOrPath = "base",
            ModulesToSave = ["score"],
            TaskType = "SEQ_CLS",
            RankPattern = new Dictionary<string, int> { ["q_proj"] = 2 },
            AlphaPattern = new Dictionary<string, double> { ["layers.0.mlp.up_proj"] = 0.5 },
        };
        AdapterFolder.Write(_folder.Path, config, Tensors(2));
        using AdapterFolder folder = AdapterFolder.Open(_folder.Path);
        Assert.True(folder.Config.TargetsAllLinear);
        Assert.Equal(config.ModulesToSave, folder.Config.ModulesToSave);
        Assert.Equal(config.RankPattern, folder.Config.RankPattern);
        Assert.Equal(config.AlphaPattern, folder.Config.AlphaPattern);
        Assert.Equal(
            (config.R, config.LoraAlpha, config.LoraDropout, config.UseRslora, config.BaseModelNameOrPath, config.TaskType, config.Bias),
            (folder.Config.R, folder.Config.LoraAlpha, folder.Config.LoraDropout, folder.Config.UseRslora, folder.Config.BaseModelNameOrPath, folder.Config.TaskType, folder.Config.Bias));
        Assert.Contains("\"target_modules\": \"all-linear\"", File.ReadAllText(_folder.File("adapter_config.json")));
    }

    // alpha 8 over r 4 is 2; over sqrt(4) it is 4. With rank 16 for q_proj: 8/16 = 0.5 and 8/4 = 2. alpha 2 for one path: 2/4.
    [Fact]
    public void ScalingOf_PatternsAndRslora_AreByHand()
    {
        var config = new AdapterConfig
        {
            R = 4,
            LoraAlpha = 8,
            RankPattern = new Dictionary<string, int> { ["q_proj"] = 16 },
            AlphaPattern = new Dictionary<string, double> { [@"layers\.1\.mlp.*"] = 2 },
        };
        Assert.Equal(2.0, config.ScalingOf("model.layers.0.self_attn.v_proj"));
        Assert.Equal(0.5, config.ScalingOf("model.layers.0.self_attn.q_proj"));
        Assert.Equal(2.0, config.ScalingOf("model.layers.0.self_attn.xq_proj"));
        Assert.Equal(0.5, config.ScalingOf("model.layers.1.mlp.up_proj"));
        Assert.Equal(4.0, (config with { UseRslora = true }).ScalingOf("model.layers.0.self_attn.v_proj"));
        Assert.Equal(2.0, (config with { UseRslora = true }).ScalingOf("model.layers.0.self_attn.q_proj"));
    }

    [Theory]
    [InlineData("\"lora_bias\": true", "lora_bias is true, which is not supported")]
    [InlineData("\"bias\": \"all\"", "bias is \"all\", but only none is supported")]
    [InlineData("\"layers_to_transform\": [0]", "layers_to_transform is [0], which is not supported")]
    [InlineData("\"init_lora_weights\": \"pissa\"", "init_lora_weights is \"pissa\"")]
    [InlineData("\"r\": 0", "r is 0; a whole number from 1 up is wanted")]
    [InlineData("\"lora_dropout\": 1.0", "a probability below 1 is wanted")]
    [InlineData("\"rank_pattern\": {\"(\": 4}", "no valid regular expression")]
    [InlineData("\"r\": 4", "has shape [8, 6], but adapter_config.json gives that layer the rank 4")]
    public void Open_WhatIsNotSupported_IsNamed(string keys, string expected) => Assert.Contains(expected, Fault(keys));

    [Fact]
    public void Open_TwoFaults_AreBothTold()
    {
        string message = Fault("\"lora_bias\": true, \"r\": -1");
        Assert.Contains("has 2 faults", message);
        Assert.Contains("lora_bias", message);
        Assert.Contains("r is -1", message);
    }

    [Theory]
    [InlineData("{\"peft_type\": \"IA3\"}", "peft_type is \"IA3\", but only LORA is supported")]
    [InlineData("{\"peft_type\": \"LORA\"}", "target_modules names no layer")]
    [InlineData("{\"peft_type\": \"LORA\", \"target_modules\": \".*q.*\"}", "is the pattern \".*q.*\", which is not supported")]
    public void Open_NoPlainLora_IsNamed(string config, string expected)
    {
        AdapterFolder.Write(_folder.Path, new AdapterConfig(), Tensors(8));
        File.WriteAllText(_folder.File("adapter_config.json"), config);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => AdapterFolder.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Open_FolderThatIsNoAdapter_SaysWhatItIs()
    {
        string Message() => Assert.Throws<CheckpointException>(() => AdapterFolder.Open(_folder.Path)).Message;

        Assert.Contains("no such folder", Assert.Throws<CheckpointException>(() => AdapterFolder.Open(_folder.File("absent"))).Message);
        Assert.Contains("adapter_config.json is missing", Message());
        File.WriteAllText(_folder.File("config.json"), "{}");
        Assert.Contains("is a whole model", Message());
        File.WriteAllText(_folder.File("adapter_config.json"), "{}");
        Assert.Contains("adapter_model.safetensors is missing", Message());
        File.WriteAllText(_folder.File("adapter_model.bin"), "");
        Assert.Contains("adapter_model.bin only", Message());
    }
}
