using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tests.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Quantization;

/// <summary>Models whose weights are held in other bits than they compute in, against the same weights widened.</summary>
public sealed class PrecisionTests : IDisposable
{
    private static readonly long[,] Ids = { { 1, 5, 9, 13, 2 }, { 30, 4, 4, 7, 0 } };
    private readonly TemporaryFolder _folder = new();

    public PrecisionTests()
    {
        using DecoderModel model = TinyModels.Qwen2();
        CheckpointFolder.WriteModel(_folder.Path, TinyModels.Config() with { DType = "bfloat16" }, model.NamedParameters());
    }

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(true), InlineData(false)]
    public void BFloat16_HeldAsTheFileHasIt_GivesTheLogitsOfFloat32(bool frozen)
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel held = Load(new ModelPrecision(torch.ScalarType.BFloat16, Frozen: frozen)), wide = Load(ModelPrecision.Trained);
        Assert.All(held.Projections(), p => Assert.Equal(torch.ScalarType.BFloat16, p.Packed!.Tensors("").Single().Value.dtype));
        Assert.Equal((torch.ScalarType.BFloat16, torch.ScalarType.Float32), (held.Embedding.dtype, held.Projections().First().Bias!.dtype));
        Assert.InRange((Logits(held) - Logits(wide)).abs().max().ToDouble(), 0, 1e-5);
        Assert.Equal(wide.ParameterCount, held.ParameterCount);
        Assert.Equal(wide.NamedParameters().Sum(p => p.Value.numel()), wide.ParameterCount);
    }

    [Theory, InlineData(QuantizationType.Int8, 0.1), InlineData(QuantizationType.Nf4, 0.5)]
    public void Quantized_OnLoad_GivesTheLogitsOfItsOwnWeightsAndNearlyThoseOfTheFile(QuantizationType type, double near)
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel packed = Load(new ModelPrecision(null, Quantization: type)), full = Load(ModelPrecision.Trained);
        Tensor before = Logits(packed), exact = Logits(full);
        Assert.Equal(full.ParameterCount, packed.ParameterCount);
        packed.Unpack();
        Assert.All(packed.Projections(), p => Assert.Equal(torch.ScalarType.Float32, p.Weight.dtype));
        Assert.InRange((before - Logits(packed)).abs().max().ToDouble(), 0, 1e-5);
        Assert.InRange((before - exact).abs().mean().ToDouble() / exact.std().ToDouble(), 1e-6, near);
    }

    // In float64, so that only the way of the product could make a difference.
    [Theory, InlineData(QuantizationType.Int8), InlineData(QuantizationType.Nf4)]
    public void AdapterGradients_OverAPackedBase_AreThoseOverItsUnpackedWeights(QuantizationType type)
    {
        using var scope = torch.NewDisposeScope();
        var precision = new ModelPrecision(torch.ScalarType.Float64, torch.ScalarType.Float64, type);
        using DecoderModel packed = Load(precision), full = Load(precision);
        full.Unpack();
        Dictionary<string, Tensor> ours = Gradients(packed), theirs = Gradients(full);
        Assert.Equal(28, ours.Count);
        Assert.All(ours, pair => Assert.InRange((pair.Value - theirs[pair.Key]).abs().max().ToDouble(), 0, 1e-6 * Math.Max(1, theirs[pair.Key].abs().max().ToDouble())));
        Assert.Contains(ours.Values, g => g.abs().max().ToDouble() > 1e-4);
    }

    // W' = W̃ + s·B·A, where W̃ are the unpacked weights.
    [Fact]
    public void MergeInto_APackedBase_WidensItAndAddsTheUpdate()
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel model = Load(new ModelPrecision(null, Quantization: QuantizationType.Nf4));
        using LoraAdapter adapter = Adapter(model);
        model.Activate(adapter);
        Tensor before = Logits(model);
        model.Activate(null);
        adapter.MergeInto(model);
        Assert.InRange((Logits(model) - before).abs().max().ToDouble(), 0, 1e-4);
    }

    [Fact]
    public void Weight_OfAPackedProjection_SaysWhatToAsk()
    {
        using DecoderModel model = Load(new ModelPrecision(null, Quantization: QuantizationType.Int8));
        Assert.Contains("held in few bits", Assert.Throws<InvalidOperationException>(() => model.Projections().First().Weight).Message, StringComparison.Ordinal);
        Assert.False(RowDecoder.Serves(model));
        Assert.True(PagedCache.Serves(model));
    }

    [Theory]
    [InlineData(ModelDType.Auto, QuantizationType.None, torch.ScalarType.Float32)]
    [InlineData(ModelDType.Float16, QuantizationType.None, torch.ScalarType.Float16)]
    [InlineData(ModelDType.Auto, QuantizationType.Nf4, null)]
    [InlineData(ModelDType.Float32, QuantizationType.Nf4, torch.ScalarType.Float32)]
    public void OfFrozen_OnACpu_HoldsWhatIsAskedAndComputesInFloat32(ModelDType dtype, QuantizationType quantization, torch.ScalarType? held)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(_folder.Path);
        Assert.Equal(new ModelPrecision(held, torch.ScalarType.Float32, quantization, Frozen: true), ModelPrecision.OfFrozen(folder, dtype, quantization, torch.CPU));
    }

    [Fact]
    public void OfFrozen_OnAnotherDevice_ComputesInWhatIsHeld()
    {
        Assert.Equal(new ModelPrecision(torch.ScalarType.BFloat16, torch.ScalarType.BFloat16, Frozen: true), ModelPrecision.OfFrozen(ModelDType.Auto, QuantizationType.None, torch.META));
        Assert.Equal(new ModelPrecision(torch.ScalarType.Float32, torch.ScalarType.Float32, Frozen: true), ModelPrecision.OfFrozen(ModelDType.Float32, QuantizationType.None, torch.META));
        Assert.Equal(new ModelPrecision(null, torch.ScalarType.BFloat16, Frozen: true), ModelPrecision.OfFrozen(ModelDType.Auto, QuantizationType.None, torch.META, isQuantized: true));
        Assert.Equal(new ModelPrecision(null, torch.ScalarType.Float32, Frozen: true), ModelPrecision.OfFrozen(ModelDType.Auto, QuantizationType.None, null, isQuantized: true));
    }

    [Fact]
    public void Stored_OfAFolder_IsTheTypeThatItsConfigurationNames()
    {
        using CheckpointFolder folder = CheckpointFolder.Open(_folder.Path);
        Assert.Equal(new ModelPrecision(null, torch.ScalarType.BFloat16, Frozen: true), ModelPrecision.Stored(folder));
    }

    // Weights that are trained must not be the file's own memory; those of a frozen model may.
    [Fact]
    public void Load_WhatWillBeTrained_IsACopyOfTheFile()
    {
        byte[] before = File.ReadAllBytes(_folder.File("model.safetensors"));
        using var noGradient = torch.no_grad();
        using (DecoderModel model = Load(new ModelPrecision(null, torch.ScalarType.BFloat16)))
            foreach ((_, Tensor weight) in model.NamedParameters())
                weight.zero_();
        Assert.Equal(before, File.ReadAllBytes(_folder.File("model.safetensors")));
        using DecoderModel again = Load(new ModelPrecision(null, torch.ScalarType.BFloat16));
        Assert.All(again.Projections(), p => Assert.NotEqual(0, p.Weight.abs().max().ToDouble()));
    }

    // GPT-2's files hold (in, out); what is packed is (out, in).
    [Theory, InlineData(QuantizationType.Int8), InlineData(QuantizationType.Nf4)]
    public void Quantized_OnLoadOfATransposedFamily_PacksItsTranspose(QuantizationType type)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using DecoderModel model = TinyFamilies.Create("gpt2");
        CheckpointFolder.WriteModel(folder.Path, model.Config, model.NamedParameters());
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        using DecoderModel packed = DecoderModel.Load(read, new ModelPrecision(null, Quantization: type));
        foreach ((Linear full, Linear few) in model.Projections().Zip(packed.Projections()))
        {
            using PackedMatrix expected = PackedMatrix.Quantize(full.Weight, type);
            Assert.True(few.Whole(torch.ScalarType.Float32).eq(expected.Unpack(0, full.Outputs, torch.ScalarType.Float32)).all().item<bool>(), full.Name);
        }
    }

    private DecoderModel Load(ModelPrecision precision)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(_folder.Path);
        return DecoderModel.Load(folder, precision);
    }

    private static Tensor Logits(DecoderModel model)
    {
        using var noGradient = torch.no_grad();
        return model.Logits(model.Hidden(torch.tensor(Ids)));
    }

    private static LoraAdapter Adapter(DecoderModel model)
    {
        LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 4, TargetModules = ["all-linear"] }, seed: 3);
        using var noGradient = torch.no_grad();
        var random = new torch.Generator(9);
        foreach (KeyValuePair<string, Tensor> parameter in adapter.NamedParameters())
            parameter.Value.normal_(0, 0.2, random);
        return adapter;
    }

    private static Dictionary<string, Tensor> Gradients(DecoderModel model)
    {
        LoraAdapter adapter = Adapter(model);
        model.RequireGradients(false);
        adapter.Train(true);
        model.Activate(adapter);
        model.Logits(model.Hidden(torch.tensor(Ids))).square().mean().backward();
        return adapter.NamedParameters().ToDictionary(p => p.Key, p => p.Value.grad!);
    }
}
