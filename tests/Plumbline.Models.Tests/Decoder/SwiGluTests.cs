using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

/// <summary>The gate in one pass against values worked by hand, and against single operations.</summary>
public sealed class SwiGluTests
{
    // gate = ln 3: σ = 3/4, silu = 0.75·ln 3 = 0.8239592. up = 2, g = 1: y = 1.6479184, d up = 0.8239592,
    // d gate = 2·0.75·(1 + 1.0986123 − 0.8239592) = 1.9119797. gate = 0: σ = 1/2, y = 0, d up = 0, d gate = 2·0.5·1 = 1.
    [Fact]
    public void ForwardAndBackward_AreThoseWorkedByHand()
    {
        using var scope = torch.NewDisposeScope();
        Tensor gate = torch.cat([torch.full(8, MathF.Log(3)), torch.zeros(8)]).requires_grad_(), up = torch.full(16, 2f).requires_grad_();
        Tensor y = SwiGlu.Run(gate, up);
        y.backward([torch.ones(16)]);
        Near([1.6479184f, 0], y);
        Near([1.9119797f, 1], gate.grad!);
        Near([0.8239592f, 0], up.grad!);
        using var noGradient = torch.no_grad();
        Near([1.6479184f, 0], SwiGlu.Run(gate, up));
    }

    // 3 x 65,536 numbers are six pieces; gates far from 0 meet the ends of the exponential.
    [Fact]
    public void OnePass_OverManyPieces_GivesWhatSingleOperationsGive()
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(3);
        Tensor gate = (torch.randn([3, 65_536], generator: random) * 20).requires_grad_(), up = torch.randn([3, 65_536], generator: random).requires_grad_();
        Tensor upstream = torch.randn([3, 65_536], generator: random);
        Tensor y = SwiGlu.Run(gate, up);
        y.backward([upstream]);
        (Tensor ofGate, Tensor ofUp) = (gate.grad!.clone(), up.grad!.clone());
        gate.grad!.zero_();
        up.grad!.zero_();
        Tensor plain = torch.nn.functional.silu(gate) * up;
        plain.backward([upstream]);
        foreach ((Tensor expected, Tensor actual) in new[] { (plain, y), (gate.grad!, ofGate), (up.grad!, ofUp) })
            Assert.InRange(((expected - actual).norm() / expected.norm()).ToDouble(), 0, 1e-6);
    }

    [Fact]
    public void Gates_WithoutWholeVectorsOrInFloat64_AreLeftToTheLibrary()
    {
        using var scope = torch.NewDisposeScope();
        Assert.False(SwiGlu.Takes(torch.zeros(3, 5), torch.zeros(3, 5)));
        Assert.False(SwiGlu.Takes(torch.zeros([16], torch.ScalarType.Float64), torch.zeros([16], torch.ScalarType.Float64)));
        Assert.False(SwiGlu.Takes(torch.zeros(16, 16).t(), torch.zeros(16, 16)));
        Assert.True(SwiGlu.Takes(torch.zeros(16), torch.zeros(16)));
    }

    // The first half of the numbers is the first value, the second the second.
    private static void Near(float[] expected, Tensor actual)
    {
        float[] values = actual.detach().data<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i * expected.Length / values.Length], values[i], 1e-6f);
    }
}
