using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

/// <summary>The norm in one pass where rows are whole vectors (4 numbers of float64), by single operations elsewhere.</summary>
public sealed class RmsNormTests
{
    // x = (3, 4, 0, 0), w = (2, −1, 1, 1), ε = 0: mean square 6.25, s = 0.4, y = w·s·x = (2.4, −1.6, 0, 0).
    // For g = (1, 0, 1, 0): Σ w·g·x = 6, s³/n·6 = 0.064/4·6 = 0.096, d x = s·w·g − 0.096·x = (0.8 − 0.288, −0.384, 0.4, 0), d w = s·g·x = (1.2, 0, 0, 0).
    [Fact]
    public void ForwardAndBackward_OfOneRow_AreThoseWorkedByHand()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.tensor(new[,] { { 3.0, 4.0, 0, 0 } }).requires_grad_(), weight = torch.tensor(new[] { 2.0, -1.0, 1, 1 }).requires_grad_();
        using var norm = new RmsNorm("norm", weight, 0);
        Tensor y = norm.Forward(x);
        y.backward([torch.tensor(new[,] { { 1.0, 0, 1, 0 } })]);
        Near([2.4, -1.6, 0, 0], y);
        Near([0.512, -0.384, 0.4, 0], x.grad!);
        Near([1.2, 0, 0, 0], weight.grad!);
        using var noGradient = torch.no_grad();
        Near([2.4, -1.6, 0, 0], norm.Forward(x));
    }

    // The second row is ten times the first: its scale is a tenth, so y and d w are the same, and d x is a tenth.
    [Fact]
    public void Backward_OfTwoRows_AddsTheWeightsGradients()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.tensor(new[,] { { 3.0, 4.0, 0, 0 }, { 30.0, 40.0, 0, 0 } }).requires_grad_(), weight = torch.tensor(new[] { 2.0, -1.0, 1, 1 }).requires_grad_();
        using var norm = new RmsNorm("norm", weight, 0);
        norm.Forward(x).backward([torch.tensor(new[,] { { 1.0, 0, 1, 0 }, { 1.0, 0, 1, 0 } })]);
        Near([0.512, -0.384, 0.4, 0, 0.0512, -0.0384, 0.04, 0], x.grad!);
        Near([2.4, 0, 0, 0], weight.grad!);
    }

    // ε = 18.75 makes 25 of the mean square: s = 1/5.
    [Fact]
    public void Epsilon_IsAddedToTheMeanSquare()
    {
        using var scope = torch.NewDisposeScope();
        using var norm = new RmsNorm("norm", torch.tensor(new[] { 2.0, -1.0, 1, 1 }), 18.75);
        Near([1.2, -0.8, 0, 0], norm.Forward(torch.tensor(new[,] { { 3.0, 4.0, 0, 0 } })));
    }

    // 5,000 rows of 32 are cut into five pieces, the last not full.
    [Theory, InlineData(torch.ScalarType.Float32, 1e-5), InlineData(torch.ScalarType.Float64, 1e-12)]
    public void OnePass_OverManyPieces_GivesWhatSingleOperationsGive(torch.ScalarType type, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(5);
        Tensor x = torch.randn([5000, 32], type, generator: random).requires_grad_(), weight = torch.randn([32], type, generator: random).requires_grad_();
        Tensor upstream = torch.randn([5000, 32], type, generator: random);
        using var norm = new RmsNorm("norm", weight, 1e-6);
        Tensor y = norm.Forward(x);
        y.backward([upstream]);
        (Tensor ofInput, Tensor ofWeight) = (x.grad!.clone(), weight.grad!.clone());
        x.grad!.zero_();
        weight.grad!.zero_();
        Tensor plain = x * (x.square().mean([-1L], keepdim: true) + 1e-6).rsqrt() * weight;
        plain.backward([upstream]);
        Assert.InRange((y - plain).abs().max().ToDouble(), 0, tolerance);
        Assert.InRange((ofInput - x.grad!).abs().max().ToDouble(), 0, tolerance);
        Assert.InRange(((ofWeight - weight.grad!).norm() / weight.grad!.norm()).ToDouble(), 0, tolerance);
    }

    [Fact]
    public void Row_AmongOthers_IsBitForBitThatRowAlone()
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(5);
        Tensor x = torch.randn([5000, 32], generator: random);
        using var norm = new RmsNorm("norm", torch.randn([32], generator: random), 1e-6);
        Tensor together = norm.Forward(x);
        foreach (long row in new[] { 0L, 1023, 1024, 4999 })
            Assert.Equal(norm.Forward(x.narrow(0, row, 1)).data<float>().ToArray(), together.narrow(0, row, 1).data<float>().ToArray());
    }

    [Theory, InlineData(true, false), InlineData(false, true)]
    public void Backward_GoesWhereItIsWanted(bool toInput, bool toWeight)
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.tensor(new[,] { { 3.0, 4.0, 0, 0 } }).requires_grad_(toInput), weight = torch.tensor(new[] { 2.0, -1.0, 1, 1 }).requires_grad_(toWeight);
        using var norm = new RmsNorm("norm", weight, 0);
        norm.Forward(x).backward([torch.tensor(new[,] { { 1.0, 0, 1, 0 } })]);
        Assert.Equal((toInput, toWeight), (x.grad is not null, weight.grad is not null));
        Near(toInput ? [0.512, -0.384, 0.4, 0] : [1.2, 0, 0, 0], (toInput ? x : weight).grad!);
    }

    // x = (3, 4): s = 1/√12.5 = 0.2828427, y = w·s·x = (1.6970563, −1.1313708). Two numbers are no vector.
    [Fact]
    public void Row_OfAnOddWidth_RunsBySingleOperations()
    {
        using var scope = torch.NewDisposeScope();
        using var norm = new RmsNorm("norm", torch.tensor(new[] { 2.0, -1.0 }), 0);
        Near([1.6970563, -1.1313708], norm.Forward(torch.tensor(new[,] { { 3.0, 4.0 } })));
    }

    private static void Near(double[] expected, Tensor actual)
    {
        double[] values = actual.detach().contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-6);
    }
}
