using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tests.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Tests.Quantization;

public sealed class QuantizedFolderTests
{
    private const string Shape = "width=64,layers=2,heads=4,kv_heads=2,ffn=128,vocab=300";

    [Theory, InlineData(QuantizationType.Int8), InlineData(QuantizationType.Nf4)]
    public void Write_ThenLoad_GivesTheLogitsOfQuantisingOnLoad(QuantizationType type)
    {
        using TemporaryFolder full = Full(), packed = new();
        using var scope = torch.NewDisposeScope();
        using CheckpointFolder source = CheckpointFolder.Open(full.Path);
        (long before, long after) = QuantizedFolder.Write(source, packed.Path, type, maxShardBytes: 60_000);
        Assert.True(packed.Files.Count(f => f.EndsWith(".safetensors", StringComparison.Ordinal)) > 1);
        // 2 layers of 2·64·64 + 2·64·32 + 3·64·128 weights of 2 bytes become 1 byte, or a little over half.
        long weights = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128);
        double saved = (double)(before - after) / weights;
        Assert.InRange(saved, type == QuantizationType.Int8 ? 0.9 : 1.1, type == QuantizationType.Int8 ? 1.0 : 1.5);
        using CheckpointFolder read = CheckpointFolder.Open(packed.Path);
        Assert.True(read.IsQuantized);
        Assert.Equal("bitsandbytes", (string?)read.RawConfig["quantization_config"]!["quant_method"]);
        using DecoderModel stored = DecoderModel.Load(read, new ModelPrecision(null, Frozen: true)), onLoad = DecoderModel.Load(source, new ModelPrecision(null, Quantization: type));
        Assert.Equal(0, (Logits(stored) - Logits(onLoad)).abs().max().ToDouble(), 1e-6);
        Assert.Equal(torch.ScalarType.BFloat16, stored.Embedding.dtype);
    }

    [Fact]
    public void OfFrozen_OtherBitsThanTheFolders_IsRefused()
    {
        using TemporaryFolder full = Full(), packed = new();
        using CheckpointFolder source = CheckpointFolder.Open(full.Path);
        QuantizedFolder.Write(source, packed.Path, QuantizationType.Nf4);
        using CheckpointFolder read = CheckpointFolder.Open(packed.Path);
        Assert.Contains("in nf4 already, and int8 is asked for",
            Assert.Throws<CheckpointException>(() => ModelPrecision.OfFrozen(read, ModelDType.Auto, QuantizationType.Int8, null)).Message, StringComparison.Ordinal);
        Assert.Null(ModelPrecision.OfFrozen(read, ModelDType.Auto, QuantizationType.Nf4, null).Held);
        Assert.Null(ModelPrecision.OfFrozen(read, ModelDType.Auto, QuantizationType.None, null).Held);
    }

    [Fact]
    public void Write_OfAQuantisedFolderOrOntoFiles_IsRefused()
    {
        using TemporaryFolder full = Full(), packed = new(), other = new();
        using CheckpointFolder source = CheckpointFolder.Open(full.Path);
        QuantizedFolder.Write(source, packed.Path, QuantizationType.Nf4);
        using CheckpointFolder read = CheckpointFolder.Open(packed.Path);
        Assert.Contains("quantised already", Assert.Throws<CheckpointException>(() => QuantizedFolder.Write(read, other.Path, QuantizationType.Nf4)).Message, StringComparison.Ordinal);
        Assert.Contains("Name a new or empty folder", Assert.Throws<CheckpointException>(() => QuantizedFolder.Write(source, packed.Path, QuantizationType.Nf4)).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(QuantizationType.Int8, true, false), InlineData(QuantizationType.Nf4, false, true)]
    public void Write_TellsItsBitsInTheConfiguration(QuantizationType type, bool eight, bool four)
    {
        using TemporaryFolder full = Full(), packed = new();
        using CheckpointFolder source = CheckpointFolder.Open(full.Path);
        (long before, long after) = QuantizedFolder.Write(source, packed.Path, type);
        using CheckpointFolder read = CheckpointFolder.Open(packed.Path);
        Assert.Equal((eight, four), ((bool)read.RawConfig["quantization_config"]!["load_in_8bit"]!, (bool)read.RawConfig["quantization_config"]!["load_in_4bit"]!));
        Assert.Equal((source.Names.Sum(name => source.Entry(name).ByteCount), read.Names.Sum(name => read.Entry(name).ByteCount)), (before, after));
    }

    [Theory]
    [InlineData("model.layers.0.mlp.up_proj.weight", 2, true), InlineData("model.layers.1.mlp.experts.0.down_proj.weight", 2, true)]
    [InlineData("model.vision_proj.weight", 2, false), InlineData("model.layers.0.mlp.gate.weight", 2, false), InlineData("model.layers.0.self_attn.q_proj.bias", 1, false), InlineData("model.embed_tokens.weight", 2, false)]
    public void Packs_OnlyProjectionsOfLayers(string name, int dimensions, bool packs) =>
        Assert.Equal(packs, QuantizedFolder.Packs(new SafetensorsEntry(name, torch.ScalarType.Float32, [.. Enumerable.Repeat(4L, dimensions)], 0, 64)));

    [Theory, InlineData(63, 0), InlineData(64, 1)]
    public void Load_EightBitWeightsThatDoNotFitTheirScales_AreRefused(int scales, int wrongDimension)
    {
        using TemporaryFolder full = Full(), packed = new();
        using var scope = torch.NewDisposeScope();
        using (CheckpointFolder source = CheckpointFolder.Open(full.Path))
            QuantizedFolder.Write(source, packed.Path, QuantizationType.Int8);
        using (CheckpointFolder read = CheckpointFolder.Open(packed.Path))
            SafetensorsWriter.Write(packed.File("model.safetensors"), read.Names.Select(n => KeyValuePair.Create(n, n switch
            {
                "model.layers.0.self_attn.q_proj.SCB" => torch.ones(scales),
                "model.layers.0.self_attn.q_proj.weight" when wrongDimension > 0 => read.Read(n).unsqueeze(0),
                _ => read.Read(n).clone(),
            })).ToArray());
        using CheckpointFolder folder = CheckpointFolder.Open(packed.Path);
        Assert.Contains("but an 8-bit weight is int8 (out, in) with float32 scales (out)", Assert.Throws<CheckpointException>(() => DecoderModel.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AFolderInFp4_SaysWhatCanBeRead()
    {
        using TemporaryFolder full = Full();
        using var scope = torch.NewDisposeScope();
        using (CheckpointFolder whole = CheckpointFolder.Open(full.Path))
            SafetensorsWriter.Write(full.File("model.safetensors"), [.. whole.Names.Select(n => KeyValuePair.Create(n, whole.Read(n))), new("model.layers.0.mlp.up_proj" + Nf4State.OtherName, torch.zeros(3, dtype: torch.ScalarType.Byte))]);
        using CheckpointFolder folder = CheckpointFolder.Open(full.Path);
        Assert.Contains("in fp4, which cannot be read; nf4 and int8 can", Assert.Throws<CheckpointException>(() => DecoderModel.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogitGap_OfTwoRows_IsThatWorkedByHand()
    {
        using var scope = torch.NewDisposeScope();
        // Row 0: only a constant apart. Row 1: (0, ln 3) against (ln 3, 0): p = (1/4, 3/4), KL = 1/4·ln(1/3) + 3/4·ln 3 = ln 3 / 2; less their mean ±ln 3/2, apart by ln 3.
        float ln3 = MathF.Log(3);
        LogitGap gap = LogitGap.Of(torch.tensor(new[,] { { 1f, 2f }, { 0f, ln3 } }), torch.tensor(new[,] { { 6f, 7f }, { ln3, 0f } }));
        Assert.Equal((2, 0.5), (gap.Tokens, gap.Top1Agreement));
        Assert.Equal(ln3 / 2, gap.MeanAbsolute, 1e-6);
        Assert.Equal(ln3 / 4, gap.Kl, 1e-6);
    }

    private static TemporaryFolder Full()
    {
        var folder = new TemporaryFolder();
        FreshFolder.Write(folder.Path, ModelShape.Parse(Shape).ToConfig("qwen2", "bfloat16"), seed: 1);
        return folder;
    }

    private static Tensor Logits(DecoderModel model)
    {
        using var noGradient = torch.no_grad();
        return model.Logits(model.Hidden(torch.tensor(new long[,] { { 1, 50, 299, 7 } })));
    }
}
