using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tests.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Merging weight by weight, against merging into a model that is loaded whole.</summary>
public sealed class MergedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _base = new(), _adapter = new(), _packed = new(), _merged = new();

    public static TheoryData<string, bool> FamiliesWithAndWithoutDora() => [.. ModelShape.Families.SelectMany(family => new[] { (family, false), (family, true) })];

    public void Dispose()
    {
        foreach (TemporaryFolder folder in (TemporaryFolder[])[_base, _adapter, _packed, _merged])
            folder.Dispose();
    }

    [Theory, MemberData(nameof(FamiliesWithAndWithoutDora))]
    public void Write_EveryFamily_IsTheLoadedModelMerged(string family, bool dora)
    {
        WriteBase(TinyFamilies.Config(family));
        WriteAdapter(_base, new AdapterConfig { R = 2, LoraAlpha = 3, UseDora = dora });
        Merge(_base);
        SameWeights(Expected(_base), _merged);
        using CheckpointFolder read = CheckpointFolder.Open(_merged.Path), source = CheckpointFolder.Open(_base.Path);
        Assert.Equal(source.Names.Order(StringComparer.Ordinal), read.Names.Order(StringComparer.Ordinal));
        Assert.All(read.Names, name => Assert.Equal(source.Entry(name).Shape, read.Entry(name).Shape));
    }

    [Theory, InlineData("qwen2", true), InlineData("qwen2", false), InlineData("gemma2", true)]
    public void Write_TiedOrUntied_KeepsTheHeadAsItIs(string family, bool tied)
    {
        WriteBase(TinyFamilies.Config(family) with { TieWordEmbeddings = tied });
        WriteAdapter(_base, new AdapterConfig { R = 2, LoraAlpha = 3, TargetModules = ["q_proj", "down_proj"] });
        Merge(_base);
        SameWeights(Expected(_base), _merged);
        using CheckpointFolder read = CheckpointFolder.Open(_merged.Path);
        Assert.Equal((tied, !tied), (read.Config.TieWordEmbeddings, read.Contains("lm_head.weight")));
    }

    [Theory]
    [InlineData("qwen2", QuantizationType.Int8), InlineData("qwen2", QuantizationType.Nf4), InlineData("qwen3_moe", QuantizationType.Int8), InlineData("qwen3_moe", QuantizationType.Nf4)]
    public void Write_OfAQuantisedBase_WidensItExpertsAndAll(string family, QuantizationType type)
    {
        // Stored as bfloat16, written as float32: what the few bits stand for, rounded nowhere on the way.
        WriteBase(TinyFamilies.Config(family) with { DType = "bfloat16" });
        using (CheckpointFolder source = CheckpointFolder.Open(_base.Path))
            QuantizedFolder.Write(source, _packed.Path, type);
        WriteAdapter(_packed, new AdapterConfig { R = 2, LoraAlpha = 3, TargetModules = ["q_proj", "v_proj"] });
        Merge(_packed, "float32");
        SameWeights(Expected(_packed), _merged);
        using CheckpointFolder read = CheckpointFolder.Open(_merged.Path);
        Assert.False(read.IsQuantized);
        Assert.Equal("float32", read.Config.DType);
    }

    // A number of bfloat16 next to 1 is 1/128 away: 1 + 2⁻¹⁰ would be rounded to 1.
    [Theory, InlineData("float32", 1 + 1.0 / 1024), InlineData("bfloat16", 1.0), InlineData(null, 1.0)]
    public void Write_OfABFloat16Base_RoundsTheSumOnceToTheTypeWritten(string? dtype, double expected)
    {
        WriteBase(TinyFamilies.Config("qwen2") with { DType = "bfloat16" }, weight => weight.fill_(1));
        WriteAdapter(_base, new AdapterConfig { R = 1, LoraAlpha = 1 }, (name, tensor) => tensor.fill_(name.Contains("lora_A", StringComparison.Ordinal) ? 1 : 1.0 / 1024));
        Merge(_base, dtype);
        using var scope = torch.NewDisposeScope();
        using CheckpointFolder read = CheckpointFolder.Open(_merged.Path);
        Tensor merged = read.Read("model.layers.1.mlp.up_proj.weight");
        Assert.Equal(dtype ?? "bfloat16", read.Config.DType);
        Assert.Equal(dtype == "float32" ? torch.ScalarType.Float32 : torch.ScalarType.BFloat16, merged.dtype);
        Assert.Equal((expected, expected), (merged.min().ToDouble(), merged.max().ToDouble()));
        Assert.Equal(1, read.Read("model.embed_tokens.weight").max().ToDouble());
    }

    [Fact]
    public void Write_InShards_IsTheSameModel()
    {
        WriteBase(TinyFamilies.Config("gpt2"), maxShardBytes: 4000);
        WriteAdapter(_base, new AdapterConfig { R = 2, LoraAlpha = 3 });
        using (CheckpointFolder folder = CheckpointFolder.Open(_base.Path))
        using (MergedWeights merged = MergedWeights.Open(folder, _adapter.Path))
            merged.Write(_merged.Path, null, maxShardBytes: 3000);
        SameWeights(Expected(_base), _merged);
        Assert.InRange(_merged.Files.Count(file => file.StartsWith("model-", StringComparison.Ordinal)), 5, 100);
        Assert.Contains("model.safetensors.index.json", _merged.Files);
    }

    [Fact]
    public void Read_OneWeight_IsMergedAndTheCallersToDispose()
    {
        WriteBase(TinyFamilies.Config("gpt2"));
        WriteAdapter(_base, new AdapterConfig { R = 2, LoraAlpha = 3 });
        Dictionary<string, Tensor> expected = Expected(_base);
        using var scope = torch.NewDisposeScope();
        using CheckpointFolder folder = CheckpointFolder.Open(_base.Path);
        using MergedWeights merged = MergedWeights.Open(folder, _adapter.Path);
        // As the model holds it, (out, in), though GPT-2's files hold the transpose; and as often as it is asked for.
        foreach (string name in (string[])["transformer.h.0.attn.c_attn.weight", "transformer.h.0.attn.c_attn.bias", "transformer.wte.weight"])
            for (int time = 0; time < 2; time++)
            {
                using Tensor weight = merged.Read(name);
                Assert.Equal(expected[name].shape, weight.shape);
                Assert.True(weight.eq(expected[name]).all().item<bool>(), name);
            }
    }

    [Fact]
    public void Open_WithoutAnAdapter_IsTheBase()
    {
        WriteBase(TinyFamilies.Config("qwen2"));
        using (CheckpointFolder folder = CheckpointFolder.Open(_base.Path))
        using (MergedWeights merged = MergedWeights.Open(folder, null))
            merged.Write(_merged.Path, null);
        Assert.Equal(File.ReadAllBytes(_base.File("model.safetensors")), File.ReadAllBytes(_merged.File("model.safetensors")));
    }

    [Fact]
    public void Open_AnAdapterOfAnotherModel_IsRefused()
    {
        WriteBase(TinyFamilies.Config("qwen2"));
        WriteAdapter(_base, new AdapterConfig { R = 2 });
        WriteBase(TinyFamilies.Config("qwen2") with { NumHiddenLayers = 1 });
        using CheckpointFolder folder = CheckpointFolder.Open(_base.Path);
        Assert.Contains("which the base model does not have", Assert.Throws<CheckpointException>(() => MergedWeights.Open(folder, _adapter.Path)).Message, StringComparison.Ordinal);
    }

    private void WriteBase(ModelConfig config, Action<Tensor>? change = null, long maxShardBytes = CheckpointFolderWriter.MaxShardBytes)
    {
        using var noGradient = torch.no_grad();
        using DecoderModel model = DecoderModel.Create(config, seed: 7);
        TinyFamilies.Disturb(model.NamedParameters());
        foreach (KeyValuePair<string, Tensor> parameter in model.NamedParameters())
            change?.Invoke(parameter.Value);
        CheckpointFolderWriter.Write(_base.Path, config, model.NamedParameters().Select(PendingTensor.Of), null, maxShardBytes);
    }

    private void WriteAdapter(TemporaryFolder source, AdapterConfig config, Action<string, Tensor>? change = null)
    {
        using var noGradient = torch.no_grad();
        using CheckpointFolder folder = CheckpointFolder.Open(source.Path);
        using DecoderModel model = DecoderModel.Load(folder);
        using LoraAdapter adapter = LoraAdapter.Create(model, config, seed: 3);
        TinyFamilies.Disturb(adapter.NamedParameters());
        foreach (KeyValuePair<string, Tensor> parameter in adapter.NamedParameters())
            change?.Invoke(parameter.Key, parameter.Value);
        adapter.Save(_adapter.Path);
    }

    private void Merge(TemporaryFolder source, string? dtype = null)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(source.Path);
        using MergedWeights merged = MergedWeights.Open(folder, _adapter.Path);
        merged.Write(_merged.Path, dtype);
    }

    private Dictionary<string, Tensor> Expected(TemporaryFolder source)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(source.Path);
        using DecoderModel model = DecoderModel.Load(folder);
        using LoraAdapter adapter = LoraAdapter.Load(model, _adapter.Path);
        Dictionary<string, Tensor> before = model.Projections().ToDictionary(p => p.Name + ".weight", p => p.Whole(torch.ScalarType.Float32).clone());
        adapter.MergeInto(model);
        Dictionary<string, Tensor> after = model.NamedParameters().ToDictionary(p => p.Key, p => p.Value.detach().clone());
        Assert.Contains(before, weight => weight.Value.ne(after[weight.Key]).any().item<bool>());
        return after;
    }

    private static void SameWeights(Dictionary<string, Tensor> expected, TemporaryFolder written)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(written.Path);
        using DecoderModel model = DecoderModel.Load(folder);
        Dictionary<string, Tensor> found = model.NamedParameters().ToDictionary();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, weight => Assert.True(weight.Value.eq(found[weight.Key]).all().item<bool>(), weight.Key));
    }
}
