using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Native;
using Plumbline.Models.Quantization;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Devices;

/// <summary>Golden numbers and packed weights on the device that PLUMBLINE_TEST_DEVICE names; <c>bench/cuda</c> sets it.</summary>
public sealed class DeviceTests
{
    public static TheoryData<string, string> Folders() => GoldenFolders.LanguageModels();

    [Theory, MemberData(nameof(Folders))]
    public void Logits_OnTheDevice_AgreeWithTheReference(string name, string configFile)
    {
        torch.Device device = Device();
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using CheckpointFolder folder = CheckpointFolder.Open(golden.Directory);
        using DecoderModel model = DecoderModel.Load(folder, device: device);
        Tensor present = golden["attention_mask"].to(torch.ScalarType.Bool);
        Tensor logits = model.Logits(model.Hidden(golden["input_ids"].to(device), golden["position_ids"].to(device), present.to(device))).cpu();
        Assert.InRange((logits - golden["logits"]).abs().amax([-1L]).masked_fill(present.logical_not(), 0).max().ToDouble(), 0, 1e-3);
    }

    [Theory, InlineData(QuantizationType.Int8), InlineData(QuantizationType.Nf4)]
    public void PackedWeights_OnTheDevice_AreThoseOfTheProcessor(QuantizationType type)
    {
        torch.Device device = Device();
        using var scope = torch.NewDisposeScope();
        Tensor weight = torch.randn([96, 160], generator: new torch.Generator(1));
        using PackedMatrix here = PackedMatrix.Quantize(weight, type), there = PackedMatrix.Quantize(weight, type, device);
        Assert.InRange((here.Unpack(7, 50, torch.ScalarType.Float32) - there.Unpack(7, 50, torch.ScalarType.Float32).cpu()).abs().max().ToDouble(), 0, 1e-6);
    }

    private static torch.Device Device()
    {
        string? name = Environment.GetEnvironmentVariable("PLUMBLINE_TEST_DEVICE");
        Assert.SkipWhen(name is null, "PLUMBLINE_TEST_DEVICE names no device; bench/cuda sets it.");
        return ComputeDevice.Find(name!);
    }
}
