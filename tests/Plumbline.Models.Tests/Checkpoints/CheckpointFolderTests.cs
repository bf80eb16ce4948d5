using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly ModelConfig Config = new()
    {
        ModelType = "llama",
        Architecture = "LlamaForCausalLM",
        VocabSize = 8,
        HiddenSize = 4,
        IntermediateSize = 8,
        NumHiddenLayers = 1,
        NumAttentionHeads = 2,
        NumKeyValueHeads = 1,
        HeadDim = 2,
        EosTokenIds = [2, 3],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    // Three tensors of 32 bytes each in float32.
    private static Dictionary<string, Tensor> Weights() => new() { ["a"] = torch.arange(8f), ["b"] = torch.arange(8f).view(2, 4) * 2, ["c"] = torch.arange(8f) - 4 };

    private void WriteSharded() => CheckpointFolderWriter.Write(_folder.Path, Config, Weights().Select(PendingTensor.Of), null, maxShardBytes: 64);

    private string FaultOfOpen() => Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(_folder.Path)).Message;

    private void EditIndex(Action<JsonObject> edit)
    {
        string path = _folder.File("model.safetensors.index.json");
        var index = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        edit((JsonObject)index["weight_map"]!);
        File.WriteAllText(path, index.ToJsonString());
    }

    [Fact]
    public void WriteModel_OverTheShardSize_IsSplitWithAnIndexAndReadsBack()
    {
        WriteSharded();
        Assert.Equal(["config.json", "generation_config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"], _folder.Files);
        JsonNode index = JsonNode.Parse(File.ReadAllText(_folder.File("model.safetensors.index.json")))!;
        Assert.Equal(96, index["metadata"]!["total_size"]!.GetValue<int>());
        Assert.Equal("model-00002-of-00002.safetensors", index["weight_map"]!["c"]!.GetValue<string>());

        using CheckpointFolder folder = CheckpointFolder.Open(_folder.Path);
        Assert.Equal(["a", "b", "c"], folder.Names);
        Assert.Equal([2, 3], folder.Config.EosTokenIds);
        foreach ((string name, Tensor tensor) in Weights())
            Assert.True(tensor.eq(folder.Read(name)).all().item<bool>(), name);
        Assert.False(folder.Contains("d"));
        Assert.Contains("'d'", Assert.Throws<CheckpointException>(() => folder.Read("d")).Message);
    }

    [Fact]
    public void WriteModel_OverAnEarlierSaveOfTheOtherForm_LeavesOnlyTheNewWeights()
    {
        WriteSharded();
        CheckpointFolder.WriteModel(_folder.Path, Config, Weights());
        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], _folder.Files);
        WriteSharded();
        Assert.DoesNotContain("model.safetensors", _folder.Files);
    }

    // 1/3 in bfloat16 keeps 8 significant bits: 0x3EAB = 2^-2 * (1 + 43/128) = 0.333984375. Counts stay whole numbers.
    [Fact]
    public void WriteModel_DType_IsThatOfTheStoredFloats()
    {
        CheckpointFolder.WriteModel(_folder.Path, Config with { DType = "bfloat16" }, new Dictionary<string, Tensor> { ["w"] = torch.tensor(1f / 3), ["n"] = torch.tensor(7L) });
        using CheckpointFolder folder = CheckpointFolder.Open(_folder.Path);
        Assert.Equal("bfloat16", folder.Config.DType);
        Assert.Equal(torch.ScalarType.BFloat16, folder.Entry("w").Type);
        Assert.Equal(torch.ScalarType.Int64, folder.Entry("n").Type);
        Assert.Equal(0.333984375f, folder.Read("w", torch.ScalarType.Float32).item<float>());
    }

    [Fact]
    public void WriteModel_FailureInMidWrite_LeavesTheOldModelWhole()
    {
        CheckpointFolder.WriteModel(_folder.Path, Config, Weights());
        Dictionary<string, byte[]> before = _folder.Files.ToDictionary(name => name, name => File.ReadAllBytes(_folder.File(name)));
        // The fourth shard repeats a name of the first, when three are written already.
        string message = Assert.Throws<CheckpointException>(() =>
            CheckpointFolderWriter.Write(_folder.Path, Config, Weights().Append(KeyValuePair.Create("a", torch.ones(8))).Select(PendingTensor.Of), null, maxShardBytes: 32)).Message;
        Assert.Contains("two tensors are named 'a'", message);
        Assert.Equal(before.Keys, _folder.Files);
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(_folder.File(file.Key))));
    }

    [Fact]
    public void Open_MissingShard_NamesItAndTheFolder()
    {
        WriteSharded();
        File.Delete(_folder.File("model-00002-of-00002.safetensors"));
        string message = FaultOfOpen();
        Assert.Contains("names the shard model-00002-of-00002.safetensors", message);
        Assert.Contains("Download", message);
    }

    [Fact]
    public void Open_TensorAbsentInItsShard_NamesBoth()
    {
        WriteSharded();
        EditIndex(map => map["c"] = "model-00001-of-00002.safetensors");
        Assert.Contains("says that model-00001-of-00002.safetensors holds the tensor 'c', but it does not", FaultOfOpen());
    }

    [Theory, InlineData("../model-00001-of-00002.safetensors"), InlineData("/etc/passwd"), InlineData("a\\b"), InlineData(".."), InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string shard)
    {
        WriteSharded();
        EditIndex(map => map["c"] = shard);
        Assert.Contains($"weight_map['c'] is '{shard}'; a plain file name in the same folder is wanted", FaultOfOpen());
    }

    [Fact]
    public void Open_IndexWithoutAMap_SaysSo()
    {
        WriteSharded();
        File.WriteAllText(_folder.File("model.safetensors.index.json"), "{}");
        Assert.Contains("weight_map is missing or empty", FaultOfOpen());
        File.WriteAllText(_folder.File("model.safetensors.index.json"), "{");
        Assert.Contains("is not valid JSON", FaultOfOpen());
    }

    [Fact]
    public void Open_TruncatedShard_NamesTheShard()
    {
        WriteSharded();
        string shard = _folder.File("model-00001-of-00002.safetensors");
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^1]);
        string message = FaultOfOpen();
        Assert.Contains(shard, message);
        Assert.Contains("truncated", message);
    }

    [Fact]
    public void Open_NoFolder_SaysSo()
    {
        Assert.Contains("no such folder", Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(_folder.File("absent"))).Message);
        File.WriteAllText(_folder.File("file"), "");
        Assert.Contains("is a file, but a model is a folder", Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(_folder.File("file"))).Message);
    }

    [Fact]
    public void Open_FolderThatIsNoModel_SaysWhatWasLookedForAndFound()
    {
        Assert.Contains("it is empty", FaultOfOpen());
        File.WriteAllText(_folder.File("notes.txt"), "");
        string message = FaultOfOpen();
        Assert.Contains("looked for config.json and for model.safetensors or model.safetensors.index.json", message);
        Assert.Contains("it holds notes.txt", message);
    }

    [Fact]
    public void Open_AdapterFolder_PointsToTheOption()
    {
        File.WriteAllText(_folder.File("adapter_config.json"), "{}");
        string message = FaultOfOpen();
        Assert.Contains("is a PEFT adapter", message);
        Assert.Contains("--adapter", message);
    }

    [Fact]
    public void Open_PickledWeightsOnly_SaysToConvert()
    {
        File.WriteAllText(_folder.File("config.json"), "{}");
        File.WriteAllText(_folder.File("pytorch_model.bin"), "");
        Assert.Contains("Convert it to safetensors", FaultOfOpen());
    }

    [Fact]
    public void Open_MalformedConfig_NamesTheFile()
    {
        CheckpointFolder.WriteModel(_folder.Path, Config, Weights());
        File.WriteAllText(_folder.File("config.json"), "{\"model_type\": }");
        string message = FaultOfOpen();
        Assert.Contains(_folder.File("config.json"), message);
        Assert.Contains("is not valid JSON", message);
    }
}
