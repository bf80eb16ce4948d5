using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class FreshFolderTests
{
    private const string Small = "width=48,layers=2,heads=4,kv_heads=2,ffn=64,vocab=300";

    [Theory, InlineData("qwen2", true), InlineData("qwen3", false), InlineData("llama", true), InlineData("mistral", false)]
    public void Write_EachFamily_HasExactlyTheWeightsThatTheModelLoads(string family, bool tied)
    {
        using var folder = new TemporaryFolder();
        ModelConfig config = ModelShape.Parse($"{Small},tied={(tied ? "true" : "false")}").ToConfig(family);
        (long parameters, long bytes) = FreshFolder.Write(folder.Path, config, seed: 1);
        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], folder.Files);
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        using DecoderModel model = DecoderModel.Load(read);
        Assert.Equal(model.NamedParameters().Select(p => p.Key).Order(StringComparer.Ordinal), read.Names.Order(StringComparer.Ordinal));
        Assert.Equal(model.NamedParameters().Sum(p => p.Value.NumberOfElements), parameters);
        Assert.Equal(4 * parameters, bytes);
        Assert.Equal((family, tied, config.HeadDim), (read.Config.ModelType, read.Config.TieWordEmbeddings, read.Config.HeadDim));
    }

    // 300·48 draws of spread 0.02: the standard error of the measured spread is 0.02 / √(2·14,400) = 1.2e-4.
    [Fact]
    public void Write_Weights_AreNormalBiasesZeroAndNormsOne()
    {
        using var folder = new TemporaryFolder();
        FreshFolder.Write(folder.Path, ModelShape.Parse(Small).ToConfig("qwen2"), seed: 5);
        using var scope = torch.NewDisposeScope();
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        Tensor embedding = read.Read("model.embed_tokens.weight");
        Assert.Equal(0.02, embedding.std().item<float>(), 0.0006);
        Assert.Equal(0.0, embedding.mean().item<float>(), 0.0008);
        Assert.Equal(0f, read.Read("model.layers.1.self_attn.k_proj.bias").abs().max().item<float>());
        Assert.Equal(1f, read.Read("model.layers.0.input_layernorm.weight").min().item<float>());
        Assert.NotEqual(read.Read("model.layers.0.self_attn.k_proj.weight")[0, 0].item<float>(), read.Read("model.layers.0.self_attn.v_proj.weight")[0, 0].item<float>());
    }

    // In bytes: the embedding 57,600 alone; norms, q, k, v, o 28,032 (with gate 40,320); gate, up, down and the next norms 37,248;
    // q, k, v, o, gate 39,936; the rest. Five files.
    [Fact]
    public void Write_SplitIntoShards_IsTheSameModel()
    {
        using TemporaryFolder whole = new(), split = new(), half = new(), other = new();
        ModelConfig config = ModelShape.Parse(Small).ToConfig("llama");
        FreshFolder.Write(whole.Path, config, seed: 3);
        FreshFolder.Write(split.Path, config, seed: 3, maxShardBytes: 40_000);
        FreshFolder.Write(half.Path, config with { DType = "bfloat16" }, seed: 3);
        FreshFolder.Write(other.Path, config, seed: 4);
        Assert.Contains("model.safetensors.index.json", split.Files);
        Assert.Contains("model-00005-of-00005.safetensors", split.Files);
        using var scope = torch.NewDisposeScope();
        using CheckpointFolder a = CheckpointFolder.Open(whole.Path), b = CheckpointFolder.Open(split.Path), c = CheckpointFolder.Open(half.Path), d = CheckpointFolder.Open(other.Path);
        Assert.All(a.Names, name => Assert.True(a.Read(name).equal(b.Read(name)).all().item<bool>(), name));
        Assert.All(a.Names, name => Assert.True(a.Read(name).bfloat16().equal(c.Read(name)).all().item<bool>(), name));
        const string query = "model.layers.0.self_attn.q_proj.weight";
        Assert.False(a.Read(query).equal(d.Read(query)).all().item<bool>());
    }

    [Fact]
    public void Write_IntoAFolderWithFiles_IsRefusedAndLeavesThem()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), "mine");
        Assert.Contains("Name a new or empty folder.", Assert.Throws<CheckpointException>(() => FreshFolder.Write(folder.Path, ModelShape.Parse(Small).ToConfig("llama"), 1)).Message);
        Assert.Equal("mine", File.ReadAllText(folder.File("config.json")));
        Assert.Equal(["config.json"], folder.Files);
    }
}
