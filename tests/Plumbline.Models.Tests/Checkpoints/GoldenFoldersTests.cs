using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class GoldenFoldersTests
{
    private static string[] Folders(string file) => SharedFiles.Golden is { } golden
        ? [.. Directory.EnumerateDirectories(golden).Where(folder => File.Exists(Path.Combine(folder, file)))]
        : [];

    private static string Json(ModelConfig config) => JsonSerializer.Serialize(config);

    [Fact]
    public void Read_BothSpellingsOfEveryFolder_GiveTheSameConfiguration()
    {
        string[] folders = Folders("config.v4.json");
        Assert.SkipWhen(folders.Length == 0, "no golden model folders");
        foreach (string folder in folders)
        {
            ModelConfig now = ModelConfigFile.Read(Path.Combine(folder, "config.json")), old = ModelConfigFile.Read(Path.Combine(folder, "config.v4.json"));
            Assert.Equal(Json(now), Json(old));
        }
    }

    [Fact]
    public void Open_EveryFolder_HoldsWeightsOfTheConfiguredShape()
    {
        string[] folders = Folders("config.json");
        Assert.SkipWhen(folders.Length == 0, "no golden model folders");
        foreach (string folder in folders)
        {
            using CheckpointFolder checkpoint = CheckpointFolder.Open(folder);
            ModelConfig config = checkpoint.Config;
            Assert.Equal([config.VocabSize, config.HiddenSize], checkpoint.Entry("model.embed_tokens.weight").Shape);
            for (int layer = 0; layer < config.NumHiddenLayers; layer++)
            {
                string attention = $"model.layers.{layer}.self_attn.";
                Assert.Equal([config.NumAttentionHeads * config.HeadDim, config.HiddenSize], checkpoint.Entry(attention + "q_proj.weight").Shape);
                Assert.Equal([config.NumKeyValueHeads * config.HeadDim, config.HiddenSize], checkpoint.Entry(attention + "k_proj.weight").Shape);
                Assert.Equal(config.QkvBias, checkpoint.Contains(attention + "q_proj.bias"));
                Assert.Equal(config.OutputBias, checkpoint.Contains(attention + "o_proj.bias"));
                Assert.Equal(config.QkNorm, checkpoint.Contains(attention + "q_norm.weight"));
            }
            Assert.Equal(config.IsSequenceClassification, checkpoint.Contains("score.weight"));
            if (config.IsSequenceClassification)
                Assert.Equal([config.Labels.Count, config.HiddenSize], checkpoint.Entry("score.weight").Shape);
            else
                Assert.Equal(config.TieWordEmbeddings, !checkpoint.Contains("lm_head.weight"));
        }
    }

    [Fact]
    public void WriteModel_EveryFolder_KeepsEveryKeyAndEveryBit()
    {
        string[] folders = Folders("config.json");
        Assert.SkipWhen(folders.Length == 0, "no golden model folders");
        foreach (string folder in folders)
        {
            using var scope = torch.NewDisposeScope();
            using var target = new TemporaryFolder();
            using CheckpointFolder source = CheckpointFolder.Open(folder);
            CheckpointFolder.WriteModel(target.Path, source.Config, source.Names.Select(name => KeyValuePair.Create(name, source.Read(name))), source.RawConfig);

            AssertSameJson(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json"))), JsonNode.Parse(File.ReadAllText(target.File("config.json"))));
            using CheckpointFolder copy = CheckpointFolder.Open(target.Path);
            Assert.Equal(Json(source.Config), Json(copy.Config));
            Assert.Equal(source.Names, copy.Names);
            Assert.All(source.Names, name => Assert.True(source.Read(name).eq(copy.Read(name)).all().item<bool>(), name));
        }
    }

    [Fact]
    public void ToJson_OlderSpellingWithoutOtherKeys_IsTheNewerSpelling()
    {
        string[] folders = Folders("config.v4.json");
        Assert.SkipWhen(folders.Length == 0, "no golden model folders");
        foreach (string folder in folders)
        {
            var raw = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.v4.json")))!;
            JsonObject json = ModelConfigFile.ToJson(ModelConfigFile.Read(Path.Combine(folder, "config.v4.json")), raw);
            var wanted = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
            json.Remove("transformers_version");
            wanted.Remove("transformers_version");
            AssertSameJson(wanted, json);
        }
    }

    [Fact]
    public void Names_EveryGoldenFile_AreReadable()
    {
        Assert.SkipWhen(SharedFiles.Golden is null, "no golden folder");
        foreach (string path in Directory.EnumerateFiles(SharedFiles.Golden, "*.safetensors", SearchOption.AllDirectories))
        {
            using var scope = torch.NewDisposeScope();
            using GoldenTensors golden = GoldenTensors.Open(path);
            Assert.NotEmpty(golden.Names);
            Assert.All(golden.Names, name => Assert.True(golden[name].to_type(torch.ScalarType.Float64).isfinite().all().item<bool>(), $"{path}: {name}"));
        }
    }

    // Two texts of one number (1e-06, 1E-06) are the same JSON.
    private static void AssertSameJson(JsonNode? wanted, JsonNode? got) =>
        Assert.True(JsonNode.DeepEquals(wanted, got), $"wanted {wanted}\ngot {got}");
}
