using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Tests.Quantization;

public sealed class Int8MatrixTests
{
    // Row 0: greatest 2, so 127 is 2 and 0.5 is 31.75, rounded 32: 32·2/127 = 0.503937. Row 1: greatest 0.1, and −0.03 is −38.1, rounded −38.
    [Fact]
    public void Quantize_TwoRows_HaveScalesOfTheirOwn()
    {
        using var scope = torch.NewDisposeScope();
        using Int8Matrix packed = Int8Matrix.Quantize(torch.tensor(new[,] { { 2f, 0.5f, 0f }, { -0.03f, 0.1f, -0.1f } }));
        Dictionary<string, Tensor> tensors = packed.Tensors("m").ToDictionary();
        Assert.Equal(new sbyte[] { 127, 32, 0, -38, 127, -127 }, tensors["m.weight"].data<sbyte>().ToArray());
        Assert.Equal([2f, 0.1f], tensors["m.SCB"].data<float>());
        Assert.Equal([2, 64 / 127f, 0, -3.8f / 127, 0.1f, -0.1f], packed.Unpack(0, 2, torch.ScalarType.Float32).data<float>().ToArray(), Close);
        Assert.Equal([-3.8f / 127, 0.1f, -0.1f], packed.Unpack(1, 1, torch.ScalarType.Float32).data<float>().ToArray(), Close);
    }

    [Fact]
    public void Quantize_ARowOfZeros_IsZeros()
    {
        using var scope = torch.NewDisposeScope();
        using Int8Matrix packed = Int8Matrix.Quantize(torch.zeros(1, 4));
        Assert.Equal([0f, 0f, 0f, 0f], packed.Unpack(0, 1, torch.ScalarType.Float32).data<float>());
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) < 1e-6;
}
