using Plumbline.Engine.Segments;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

public sealed class SoftmaxRowsTests
{
    // softmax(ln 1, ln 2, ln 5) = 1/8, 2/8, 5/8. Shifted by the greatest: e^z' = 1/5, 2/5, 1, their sum 8/5.
    // The entropy is ln 8 − (2 ln 2 + 5 ln 5)/8 nats.
    [Theory, InlineData(torch.ScalarType.Float32), InlineData(torch.ScalarType.Float64)]
    public void Exponentiate_ThreeTokens_GivesHandWorkedNumbers(torch.ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        Tensor logits = torch.tensor(new[] { 0, Math.Log(2), Math.Log(5) }, dtype: dtype).unsqueeze(0);
        (Tensor sums, Tensor logProbs, Tensor entropies) = Run(logits, torch.tensor(new long[] { 1 }), SoftmaxRows.Exponentiate);
        Assert.Equal(1.6, sums.ToDouble(), 1e-6);
        Assert.Equal(Math.Log(2.0 / 8), logProbs.ToDouble(), 1e-6);
        Assert.Equal(Math.Log(8) - ((2 * Math.Log(2)) + (5 * Math.Log(5))) / 8, entropies.ToDouble(), 1e-6);
        Assert.Equal(0.4, logits[0, 1].ToDouble(), 1e-6);
    }

    // Lengths about the vectors' and blocks' ends; some tokens forbidden (−∞), some that underflow to 0.
    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(17), InlineData(33), InlineData(512), InlineData(513), InlineData(1031)]
    public void Exponentiate_InVectors_GivesWhatTheLibrarysOperationsDo(int vocabulary)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator((ulong)vocabulary);
        Tensor logits = torch.randn(9, vocabulary, generator: random) * 8;
        if (vocabulary > 1)
        {
            logits[0, 0] = float.NegativeInfinity;
            logits[1, vocabulary - 1] = -500f;
        }
        Tensor targets = (torch.arange(9) * 5 + 1) % vocabulary, copy = logits.clone();
        (Tensor sums, Tensor logProbs, Tensor entropies) = Run(logits, targets, SoftmaxRows.Exponentiate);
        (Tensor plainSums, Tensor plainLogProbs, Tensor plainEntropies) = Run(copy, targets, SoftmaxRows.ByOperations);
        foreach ((Tensor ours, Tensor plain) in new[] { (sums, plainSums), (logProbs, plainLogProbs), (entropies, plainEntropies), (logits, copy) })
            Assert.True(torch.allclose(ours, plain, 1e-5, 2e-6), $"greatest difference {(ours - plain).abs().max().ToDouble()}");
    }

    private static (Tensor Sums, Tensor LogProbs, Tensor Entropies) Run(Tensor logits, Tensor targets, Action<Tensor, Tensor, Tensor, Tensor, Tensor?> exponentiate)
    {
        Tensor Room() => torch.empty(logits.shape[0], dtype: logits.dtype);
        (Tensor sums, Tensor logProbs, Tensor entropies) = (Room(), Room(), Room());
        exponentiate(logits, targets, sums, logProbs, entropies);
        return (sums, logProbs, entropies);
    }
}
