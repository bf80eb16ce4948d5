using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Tests.Quantization;

public sealed class Nf4MatrixTests
{
    // Greatest 2, so the scale is 2. Halved: 1 is level 15, −1 level 0, 0.5 lies below the middle of 0.4407 and 0.5626 and is level 12, 0 level 7.
    // Two codes a byte, the first in the upper half: 15·16 + 0, 12·16 + 7. One scale is its own mean: in 8 bits it is exact.
    [Fact]
    public void Quantize_ARow_IsThatWorkedByHand()
    {
        using var scope = torch.NewDisposeScope();
        using Nf4Matrix packed = Nf4Matrix.Quantize(torch.tensor(new[,] { { 2f, -2f, 1f, 0f } }));
        Assert.Equal(new byte[] { 240, 199 }, Part(packed, ".weight").data<byte>().ToArray());
        Assert.Equal([2f, -2f, 2 * 0.44070982933044434f, 0f], packed.Unpack(0, 1, torch.ScalarType.Float32).data<float>());
    }

    // What bitsandbytes 0.49.2 gives for these bytes, in bfloat16.
    [Fact]
    public void Unpack_BytesOfBitsandbytes_AreItsWeights()
    {
        using var scope = torch.NewDisposeScope();
        Near([
            -0.002838f, 0.022583f, -0.005768f, 0.00769f, -0.005768f, 0.002487f, -0.016357f, 0.013794f, 0.022583f, -0.008911f, 0.00769f, -0.012329f, -0.03125f, 0.005035f, -0.021729f, 0.005035f,
        ], Read([110, 90, 88, 44, 228, 163, 9, 25], 0.03125f, 4, 4));
        Near([-0.007697f, 0.037257f, 0.047563f, -0.058856f, 0.08454f, -0.044389f, -0.015621f, 0.061118f, 0.006728f, -0.08454f], Read([108, 209, 242, 94, 128], 0.08454f, 2, 5));
    }

    // 37·51 weights: rows begin within blocks and, every second one, within a byte.
    [Theory, InlineData(0, 37), InlineData(5, 3), InlineData(36, 1), InlineData(12, 20)]
    public void Unpack_AnyRows_AreThoseOfTheWholeAndOfPlainOperations(long first, long count)
    {
        using var scope = torch.NewDisposeScope();
        using Nf4Matrix packed = Nf4Matrix.Quantize(Normal(37, 51));
        Tensor some = packed.Unpack(first, count, torch.ScalarType.Float32);
        Assert.True(some.eq(packed.Unpack(0, 37, torch.ScalarType.Float32).narrow(0, first, count)).all().item<bool>());
        Assert.Equal(0, (some.view(-1) - packed.ByOperations(first * 51, count * 51)).abs().max().ToDouble(), 1e-7);
    }

    // 300 blocks, so two groups of scales. Each code is that of the level nearest to w/greatest; the scales, in 8 bits, are off by less than one in a hundred.
    [Fact]
    public void Quantize_ManyBlocks_TakesTheNearestLevels()
    {
        using var scope = torch.NewDisposeScope();
        Tensor weight = Normal(100, 192);
        using Nf4Matrix packed = Nf4Matrix.Quantize(weight);
        Tensor blocks = weight.view(-1, 64), scaled = blocks / blocks.abs().amax([1L], keepdim: true);
        Tensor nearest = (scaled.unsqueeze(2) - torch.tensor(Nf4Kernel.Levels)).abs().argmin(2).view(-1);
        byte[] codes = [.. Part(packed, ".weight").data<byte>()];
        Assert.Equal(nearest.data<long>().ToArray(), codes.SelectMany(pair => new[] { (long)(pair >> 4), pair & 15 }));
        Tensor exact = torch.tensor(Nf4Kernel.Levels).index_select(0, nearest).view(-1, 64) * blocks.abs().amax([1L], keepdim: true);
        Assert.InRange((packed.Unpack(0, 100, torch.ScalarType.Float32).view(-1, 64) - exact).abs().max().ToDouble() / exact.abs().max().ToDouble(), 1e-9, 0.01);
        Assert.Equal([300L, 2L], new[] { Part(packed, ".weight.absmax"), Part(packed, ".weight.nested_absmax") }.Select(t => t.numel()));
    }

    // Scales of 1 and 3: their mean 2 is the offset, and less it they are −1 and 1, of which the map has 1 and, nearest to −1, −0.9929688.
    [Fact]
    public void Quantize_TwoBlocks_HaveScalesAroundTheirMean()
    {
        using var scope = torch.NewDisposeScope();
        using Nf4Matrix packed = Nf4Matrix.Quantize(torch.cat([torch.full([1, 64], 1f), torch.full([1, 64], 3f)]));
        Assert.Equal(2, Nf4State.Parse("", Part(packed, Nf4State.Name)).Offset);
        Assert.Equal([1f], Part(packed, ".weight.nested_absmax").data<float>());
        Tensor rows = packed.Unpack(0, 2, torch.ScalarType.Float32);
        Assert.Equal(2 - 0.9929688, rows[0, 5].ToDouble(), 1e-6);
        Assert.Equal(3, rows[1, 63].ToDouble());
    }

    // Every part but the last begins with a block of 64 of its own, wherever rows end: 2²⁰ / 100 = 10,485 rows, down to 163·64.
    [Fact]
    public void RowBlocks_OfAnyWidth_AreMultiplesOf64()
    {
        using Tensor weight = torch.empty([20_000, 100], device: torch.META), wide = torch.empty([65, 1L << 21], device: torch.META);
        Assert.Equal([(0, 10_432), (10_432, 9_568)], PackedWeights.RowBlocks(weight));
        Assert.Equal([(0, 64), (64, 1)], PackedWeights.RowBlocks(wide));
    }

    [Theory]
    [InlineData("""{"shape":[2,2],"blocksize":64,"nested_blocksize":128,"nested_offset":0.5}"""), InlineData("""{"shape":[2,2],"blocksize":63}"""), InlineData("""{"shape":[2,0],"blocksize":64}""")]
    [InlineData("""{"shape":[2,2,2],"blocksize":64}"""), InlineData("""{"shape":[4611686018427387904,4],"blocksize":64}"""), InlineData("""{"shape":[2,2],"shape":[2,2],"blocksize":64}"""), InlineData("[]"), InlineData("{")]
    public void Parse_AStateThatCannotBe_IsRefused(string json)
    {
        using Tensor good = torch.tensor("""{"shape":[2,2],"blocksize":64,"nested_blocksize":256,"nested_offset":0.5}"""u8.ToArray());
        Assert.Equal(new Nf4State(2, 2, 64, 0.5, "float32"), Nf4State.Parse("s", good));
        using Tensor bad = torch.tensor(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Contains("tensor s should hold JSON", Assert.Throws<CheckpointException>(() => Nf4State.Parse("s", bad)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_Zeros_AreZeros()
    {
        using var scope = torch.NewDisposeScope();
        using Nf4Matrix packed = Nf4Matrix.Quantize(torch.zeros(2, 64));
        Assert.Equal(0, packed.Unpack(0, 2, torch.ScalarType.Float32).abs().max().ToDouble());
    }

    [Fact]
    public void Read_WhatTensorsGive_IsTheSameMatrix()
    {
        using var scope = torch.NewDisposeScope();
        using Nf4Matrix packed = Nf4Matrix.Quantize(Normal(8, 96).to(torch.ScalarType.BFloat16));
        Dictionary<string, Tensor> tensors = packed.Tensors("m").ToDictionary();
        Assert.Equal(["m.weight", "m.weight.absmax", "m.weight.nested_absmax", "m.weight.nested_quant_map", "m.weight.quant_map", "m.weight.quant_state.bitsandbytes__nf4"], tensors.Keys.Order(StringComparer.Ordinal));
        using Nf4Matrix read = Nf4Matrix.Read("m", name => tensors[name].clone());
        Assert.True(read.Unpack(0, 8, torch.ScalarType.Float32).eq(packed.Unpack(0, 8, torch.ScalarType.Float32)).all().item<bool>());
        Assert.Equal("bfloat16", Nf4State.Parse("m", tensors["m.weight.quant_state.bitsandbytes__nf4"]).DType);
        tensors["m.weight.absmax"] = torch.zeros(3, dtype: torch.ScalarType.Byte);
        Assert.Contains("m.weight.absmax has 3 elements", Assert.Throws<CheckpointException>(() => Nf4Matrix.Read("m", name => tensors[name].clone())).Message, StringComparison.Ordinal);
        tensors["m.weight.quant_state.bitsandbytes__nf4"] = torch.tensor("{\"shape\":[1]}"u8.ToArray());
        Assert.Contains("should hold JSON", Assert.Throws<CheckpointException>(() => Nf4Matrix.Read("m", name => tensors[name].clone())).Message, StringComparison.Ordinal);
    }

    private static Tensor Normal(long rows, long columns) => torch.randn([rows, columns], generator: new torch.Generator(11));

    private static Tensor Part(PackedMatrix packed, string suffix) => packed.Tensors("").Single(t => t.Key == suffix).Value;

    private static Tensor Read(byte[] codes, float greatest, long rows, long columns)
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["m.weight"] = torch.tensor(codes).unsqueeze(1),
            ["m.weight.absmax"] = torch.tensor(new[] { greatest }),
            ["m.weight.quant_map"] = torch.tensor(Nf4Kernel.Levels),
            ["m" + Nf4State.Name] = new Nf4State(rows, columns, 64, null, "bfloat16").ToTensor(),
        };
        return Nf4Matrix.Read("m", name => tensors[name]).Unpack(0, rows, torch.ScalarType.Float32).view(-1);
    }

    private static void Near(float[] expected, Tensor actual) =>
        Assert.All(expected.Zip(actual.data<float>().ToArray()), pair => Assert.InRange(pair.Second / pair.First, 1 - 0.004, 1 + 0.004));
}
