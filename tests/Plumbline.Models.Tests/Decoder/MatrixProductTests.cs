using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

public sealed class MatrixProductTests
{
    // Rows of 3 to 2 by hand: (1, 2, 3)·(1, 0, −1) + 10 = 8, (1, 2, 3)·(2, 1, 0) + 20 = 24.
    [Fact]
    public void Convolve_OneRow_IsTheProductByHand()
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = MatrixProduct.Convolve(torch.tensor(new float[] { 1, 2, 3 }).unsqueeze(0), torch.tensor(new float[,] { { 1, 0, -1 }, { 2, 1, 0 } }), torch.tensor(new float[] { 10, 20 }));
        Assert.Equal([1, 2], y.shape);
        Assert.Equal([8, 24], y.data<float>().ToArray());
    }

    // 2 x 150 rows of 160 to 90: large enough for the library's other kernel where it has one. The gradients come from autograd on both sides.
    [Theory, InlineData(true), InlineData(false)]
    public void Convolve_ManyRows_GivesTheOrdinaryProductAndItsGradients(bool withBias)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(1);
        Tensor x = torch.randn(2, 150, 160, generator: random), weight = torch.randn(90, 160, generator: random), bias = torch.randn(90, generator: random), upstream = torch.randn(2, 150, 90, generator: random);
        (Tensor Y, Tensor[] Gradients) Run(Func<Tensor, Tensor, Tensor?, Tensor> product)
        {
            Tensor[] leaves = [.. new[] { x, weight, bias }.Take(withBias ? 3 : 2).Select(t => t.detach().requires_grad_())];
            Tensor y = product(leaves[0], leaves[1], leaves.ElementAtOrDefault(2));
            y.backward([upstream]);
            return (y, [.. leaves.Select(leaf => leaf.grad!)]);
        }
        (Tensor ours, Tensor[] ourGradients) = Run(MatrixProduct.Convolve);
        (Tensor plain, Tensor[] plainGradients) = Run((a, w, b) => torch.nn.functional.linear(a, w, b));
        Assert.Equal(plain.shape, ours.shape);
        Assert.True(ours.is_contiguous());
        foreach ((Tensor a, Tensor b) in ourGradients.Zip(plainGradients).Append((ours, plain)))
            Assert.InRange((a - b).abs().max().ToDouble() / b.abs().max().ToDouble(), 0, 1e-5);
    }

    [Fact]
    public void Linear_OfATransposedWeight_IsTheProductWithTheWeightItself()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.randn(200, 150), weight = torch.randn(150, 300); // (out, in) of a map from 300 to 150
        Tensor y = MatrixProduct.Linear(x, MatrixProduct.Transposed(weight)), plain = x.matmul(weight);
        Assert.InRange((y - plain).abs().max().ToDouble() / plain.abs().max().ToDouble(), 0, 1e-5);
    }

    // 16 rows a step up to 512; then a 32nd of the next power of two: 32 to 1,024, 128 to 4,096, 256 to 8,192.
    [Theory, InlineData(97, 16), InlineData(512, 16), InlineData(513, 32), InlineData(2048, 64), InlineData(2049, 128), InlineData(4097, 256)]
    public void Steps_AreSixteenAnOctave(long rows, long step) => Assert.Equal(step, MatrixProduct.Steps(rows));

    [Theory, InlineData(0), InlineData(95), InlineData(96), InlineData(97), InlineData(2049)]
    public void RoundUp_IsTheNextWholeGrain(long rows)
    {
        long rounded = MatrixProduct.RoundUp(rows), grain = MatrixProduct.Grain(rows);
        Assert.InRange(rounded, rows, rows + grain - 1);
        Assert.Equal(0, rounded % grain);
        Assert.Equal(rows < 96 || !MatrixProduct.ByConvolution || torch.get_num_threads() == 1 ? 1 : MatrixProduct.Steps(rows), grain);
    }
}
