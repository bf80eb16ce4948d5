using Plumbline.Core.Losses.Preference;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses.Preference;

/// <summary>Two pairs of up to three tokens: lengths 1 and 3 (rejected longer), 3 and 2 (chosen longer); infinity stands at padding.</summary>
public class SequenceLogProbsTests
{
    private const float Pad = float.NegativeInfinity;

    // With α = 0.25: row 0 has one token, −1; row 2 its first, −4, and a quarter of −5 − 6: −6.75; row 1: −1 − 2 + 0.25·(−3) = −3.75; row 3: −7 − 8.
    [Theory]
    [InlineData(null, -1, -6, -15, -15)]
    [InlineData(0.25, -1, -3.75, -6.75, -15)]
    [InlineData(0.0, -1, -3, -4, -15)]
    [InlineData(1.0, -1, -6, -15, -15)]
    public void Sum_LdAlpha_WeighsOnlyWhatTheOtherCompletionLacks(double? alpha, double row0, double row1, double row2, double row3)
    {
        using var scope = torch.NewDisposeScope();
        Close.To([row0, row1, row2, row3], SequenceLogProbs.Sum(Tokens(), Mask(), alpha));
    }

    [Fact]
    public void Sum_Gradient_IsTheTokensWeightAndZeroAtPadding()
    {
        using var scope = torch.NewDisposeScope();
        Tensor tokens = Tokens().requires_grad_();
        SequenceLogProbs.Sum(tokens, Mask(), 0.25).sum().backward();
        Close.To([1, 0, 0, 1, 1, 0.25, 1, 0.25, 0.25, 1, 1, 0], tokens.grad!);
    }

    // Collision −2 everywhere. Means of a: row 0: 1; row 1: (1 + 0 − 1)/3 = 0; row 2: (−2 − 3 − 4)/3 = −3; row 3: (−5 − 6)/2 = −5.5.
    [Fact]
    public void OnPolicy_IsTheProductOfBothCompletionsMeans()
    {
        using var scope = torch.NewDisposeScope();
        Tensor tokens = Tokens().requires_grad_();
        Tensor weights = PairWeights.OnPolicy(tokens, torch.full_like(tokens, -2f), Mask());
        Close.To([Math.Exp(1 - 3), Math.Exp(0 - 5.5)], weights);
        Assert.False(weights.requires_grad);
    }

    [Fact]
    public void Sum_OddRowsOrAnAlphaOutOfRange_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Contains("3 rows", Assert.Throws<ArgumentException>(() => SequenceLogProbs.Sum(Tokens().narrow(0, 0, 3), Mask().narrow(0, 0, 3))).Message);
        Assert.Throws<ArgumentException>(() => SequenceLogProbs.Sum(Tokens(), Mask(), 1.5));
        Assert.Throws<ShapeException>(() => SequenceLogProbs.Sum(Tokens(), Mask().narrow(1, 0, 2)));
    }

    private static Tensor Tokens() => torch.tensor(new[,] { { -1f, Pad, Pad }, { -1f, -2f, -3f }, { -4f, -5f, -6f }, { -7f, -8f, Pad } });

    private static Tensor Mask() => Tokens().ne(Pad);
}
