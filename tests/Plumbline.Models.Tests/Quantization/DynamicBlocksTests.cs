using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Tests.Quantization;

public sealed class DynamicBlocksTests
{
    // 600 numbers are three blocks, the last not full; the second is all zeros.
    [Theory, InlineData(true), InlineData(false)]
    public void PackThenUnpack_ThreeBlocks_IsNearAndTheSameByPlainOperations(bool signed)
    {
        using var scope = torch.NewDisposeScope();
        DynamicMap map = signed ? DynamicMap.Signed : DynamicMap.Unsigned;
        Tensor numbers = torch.randn([600], generator: new torch.Generator(6)) * torch.logspace(-4, 0, 600);
        numbers = signed ? numbers : numbers.square();
        numbers.narrow(0, 256, 256).zero_();
        (Tensor codes, Tensor greatest) = Empty();
        DynamicBlocks.Pack(numbers, map, codes, greatest);
        Assert.Equal([numbers.narrow(0, 0, 256).abs().max().item<float>(), 0f, numbers.narrow(0, 512, 88).abs().max().item<float>()], greatest.data<float>());
        Tensor unpacked = DynamicBlocks.Unpack(codes, greatest, map);
        Tensor scales = greatest.repeat_interleave(256).narrow(0, 0, 600);
        Assert.InRange((unpacked - numbers).abs().div(scales.clamp_min(1e-30)).max().ToDouble(), 0, 0.0072); // half of the widest gap, 0.9/64
        (Tensor otherCodes, Tensor otherGreatest) = Empty();
        DynamicBlocks.PackByOperations(numbers, map, otherCodes, otherGreatest);
        Assert.Equal(codes.data<byte>().ToArray(), otherCodes.data<byte>().ToArray());
        Assert.Equal(unpacked.data<float>().ToArray(), DynamicBlocks.UnpackByOperations(otherCodes, otherGreatest, map).data<float>().ToArray());
    }

    private static (Tensor Codes, Tensor Greatest) Empty() => (torch.zeros(600, dtype: torch.ScalarType.Byte), torch.zeros(DynamicBlocks.Count(600)));
}
