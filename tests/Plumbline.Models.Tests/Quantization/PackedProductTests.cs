using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Tests.Quantization;

public sealed class PackedProductTests
{
    public static TheoryData<string> Kinds() => ["int8", "nf4", "bfloat16"];

    // 4,000 rows of 600 are two blocks, the second not full.
    [Theory, MemberData(nameof(Kinds))]
    public void ForwardAndBackward_OverTwoBlocks_AreThoseOfTheUnpackedWeight(string kind)
    {
        using var scope = torch.NewDisposeScope();
        var random = new torch.Generator(4);
        using PackedMatrix packed = Pack(kind, torch.randn([4000, 600], generator: random));
        Tensor weight = packed.Unpack(0, 4000, torch.ScalarType.Float64), bias = torch.randn([4000], torch.ScalarType.Float64, generator: random);
        Tensor x = torch.randn([2, 3, 600], torch.ScalarType.Float64, generator: random).requires_grad_(), same = x.detach().clone().requires_grad_();
        Tensor upstream = torch.randn([2, 3, 4000], torch.ScalarType.Float64, generator: random);
        Tensor y = PackedProduct.Linear(x, packed, bias), expected = torch.nn.functional.linear(same, weight, bias);
        Assert.Equal([2, 3, 4000], y.shape);
        Assert.InRange((y - expected).abs().max().ToDouble(), 0, 1e-10);
        y.backward([upstream]);
        expected.backward([upstream]);
        Assert.InRange((x.grad! - same.grad!).abs().max().ToDouble(), 0, 1e-10);
        using var noGradient = torch.no_grad();
        Assert.InRange((PackedProduct.Linear(x, packed, null) - (expected - bias)).abs().max().ToDouble(), 0, 1e-10);
    }

    // x·Wᵀ with a head of 16 bits, and p·W by its transpose: both as if the head were widened.
    [Fact]
    public void HeldProduct_OfAHeadInAnotherType_WidensIt()
    {
        using var scope = torch.NewDisposeScope();
        var random = new torch.Generator(4);
        Tensor head = torch.randn([300, 32], generator: random).to(torch.ScalarType.BFloat16), wide = head.to(torch.ScalarType.Float32);
        Tensor x = torch.randn([5, 32], generator: random), p = torch.randn([5, 300], generator: random);
        Assert.InRange((HeldProduct.Linear(x, head) - x.matmul(wide.t())).abs().max().ToDouble(), 0, 1e-4);
        Assert.InRange((HeldProduct.Times(p, head) - p.matmul(wide)).abs().max().ToDouble(), 0, 1e-4);
        Assert.Equal(torch.ScalarType.Float32, HeldProduct.Linear(x, head).dtype);
    }

    private static PackedMatrix Pack(string kind, Tensor weight) => kind switch
    {
        "int8" => Int8Matrix.Quantize(weight),
        "nf4" => Nf4Matrix.Quantize(weight),
        _ => new RoundedMatrix(weight.to(torch.ScalarType.BFloat16).DetachFromDisposeScope()),
    };
}
