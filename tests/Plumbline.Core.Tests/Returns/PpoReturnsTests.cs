using Plumbline.Core.Returns;
using TorchSharp;

namespace Plumbline.Core.Tests.Returns;

public class PpoReturnsTests
{
    private static Tensor Matrix(float[,] values) => torch.tensor(values);

    private static Tensor Mask(bool[,] values) => torch.tensor(values);

    // k1 of the first row: −0.5 − (−1) = 0.5, then −1 − (−1.25) = 0.25; at β = 0.1 they cost 0.05 and 0.025. Three columns hold two tokens,
    // so the score 2 stands one place after the last. The second row fills its columns, so its score −1 joins the last token: −0.03 − 1.
    [Fact]
    public void TokenRewards_ScoreStandsAfterTheLastTokenOrAtItWhenTheMatrixIsFull()
    {
        using var scope = torch.NewDisposeScope();
        Tensor policy = Matrix(new[,] { { -0.5f, -1f, 9f }, { -1f, -1f, -1f } });
        Tensor reference = Matrix(new[,] { { -1f, -1.25f, float.NaN }, { -1.1f, -1.2f, -1.3f } });
        using TokenRewards result = TokenRewards.Compute(
            policy, reference, torch.tensor(new[] { 2f, -1f }), Mask(new[,] { { true, true, false }, { true, true, true } }), 0.1, KlEstimator.K1);
        Close.To([-0.05, -0.025, 2, -0.01, -0.02, -1.03], result.Rewards);
        Close.To([0.5, 0.25, 0, 0.1, 0.2, 0.3], result.Kl);
    }

    // d = ln 2, so k3 = 2 − 1 − 0.693147 = 0.306853, where k1 = −0.693147.
    [Theory, InlineData(KlEstimator.K1, -0.693147), InlineData(KlEstimator.K3, 0.306853)]
    public void TokenRewards_EstimatorsDifferInSign(KlEstimator estimator, double kl)
    {
        using var scope = torch.NewDisposeScope();
        using TokenRewards result = TokenRewards.Compute(
            Matrix(new[,] { { -1f } }), Matrix(new[,] { { -1f + MathF.Log(2) } }), torch.tensor(new[] { 0f }), Mask(new[,] { { true } }), 1.0, estimator);
        Close.To([kl], result.Kl);
        Close.To([-kl], result.Rewards);
    }

    // A row without tokens earns its score in the empty state, which is the first column.
    [Fact]
    public void TokenRewards_EmptyRow_EarnsItsScoreAtOnce()
    {
        using var scope = torch.NewDisposeScope();
        using TokenRewards result = TokenRewards.Compute(
            torch.full(1, 2, -1f), torch.full(1, 2, -2f), torch.tensor(new[] { 3f }), Mask(new[,] { { false, false } }), 1.0, KlEstimator.K1);
        Close.To([3.0, 0], result.Rewards);
        Assert.Equal([true, false], ValueMask.Of(Mask(new[,] { { false, false } })).data<bool>().ToArray());
    }

    // γ = 0.5, λ = 0.5. From the back: δ3 = 4 − 1 = 3; δ2 = 0 + 0.5·1 − 2 = −1.5, A2 = −1.5 + 0.25·3 = −0.75;
    // δ1 = 1 + 0.5·2 − 1 = 1, A1 = 1 − 0.25·0.75 = 0.8125. Returns A + V: 1.8125, 1.25, 4.
    [Fact]
    public void GeneralizedAdvantages_ThreeTokens_AgreeWithTheHandWorked()
    {
        using var scope = torch.NewDisposeScope();
        using GeneralizedAdvantages result = GeneralizedAdvantages.Compute(Matrix(new[,] { { 1f, 0f, 4f } }), Matrix(new[,] { { 1f, 2f, 1f } }), 0.5, 0.5);
        Close.To([0.8125, -0.75, 3], result.Advantages);
        Close.To([1.8125, 1.25, 4], result.Returns);
    }

    // γ = λ = 1 and V = 0: every return is the sum of the rewards to come.
    [Fact]
    public void GeneralizedAdvantages_NoDiscountAndNoCritic_AreRewardsToCome()
    {
        using var scope = torch.NewDisposeScope();
        using GeneralizedAdvantages result = GeneralizedAdvantages.Compute(Matrix(new[,] { { 1f, 2f, 3f } }), torch.zeros(1, 3), 1, 1);
        Close.To([6.0, 5, 3], result.Advantages);
    }

    // Counted are 1, 3 and 5: mean 3, unbiased variance (4 + 0 + 4)/2 = 4; so −1, 0, 1. Without the shift the mean comes back: 2, 3, 4.
    [Theory, InlineData(true, -1, 0, 1), InlineData(false, 2, 3, 4)]
    public void MaskedWhitening_UsesCountedElementsAlone(bool shift, double first, double second, double third)
    {
        using var scope = torch.NewDisposeScope();
        Tensor result = MaskedWhitening.Compute(
            Matrix(new[,] { { 1f, 3f, float.NaN }, { 5f, 1e30f, 7f } }), Mask(new[,] { { true, true, false }, { true, false, false } }), shift);
        Close.To([first, second, 0, third, 0, 0], result);
    }

    [Fact]
    public void MaskedWhitening_OneOrNoElement_StaysFinite()
    {
        using var scope = torch.NewDisposeScope();
        Close.To([0.0, 0], MaskedWhitening.Compute(Matrix(new[,] { { 5f, 7f } }), Mask(new[,] { { true, false } })));
        Close.To([5.0, 0], MaskedWhitening.Compute(Matrix(new[,] { { 5f, 7f } }), Mask(new[,] { { true, false } }), shiftMean: false));
        Close.To([0.0, 0], MaskedWhitening.Compute(Matrix(new[,] { { 5f, 7f } }), Mask(new[,] { { false, false } })));
    }

    [Fact]
    public void MissingEos_PenaltyIsTakenFromUnfinishedAlone()
    {
        using var scope = torch.NewDisposeScope();
        Close.To([1.0, 0.25], MissingEos.Apply(torch.tensor(new[] { 1f, 1.25f }), torch.tensor(new[] { true, false }), 1.0));
    }

    // Target 6, KL 6.6: error 0.1 of it, over 100 of 1,000 completions: β grows by 1 %. Far off, the error is held at ±0.2: ±2 %.
    [Theory, InlineData(6.6, 0.202), InlineData(60, 0.204), InlineData(-60, 0.196), InlineData(6, 0.2), InlineData(double.NaN, 0.2)]
    public void AdaptiveKl_StepsTowardsTheTargetInBoundedSteps(double kl, double expected) =>
        Assert.Equal(expected, AdaptiveKl.Next(0.2, kl, target: 6, horizon: 1000, completions: 100), precision: 12);

    // What stands past a row's states must not reach any result: values there are set to NaN and nothing changes.
    [Fact]
    public void PpoReturns_Padding_IsNeverRead()
    {
        using var scope = torch.NewDisposeScope();
        Tensor mask = Mask(new[,] { { true, true, true, true }, { true, false, false, false } });
        Tensor values = Matrix(new[,] { { 1f, 2f, 0f, 1f }, { 1f, -1f, 0f, 0f } });
        Tensor dirty = values.clone();
        dirty[1, 2] = float.NaN;
        dirty[1, 3] = float.NaN;
        Tensor policy = torch.full(2, 4, -1f), reference = torch.full(2, 4, -1.5f), scores = torch.tensor(new[] { 1f, 2f });
        var options = new PpoReturnOptions { WhitenRewards = true };
        using PpoReturns clean = PpoReturns.Compute(policy, reference, values, scores, mask, options);
        using PpoReturns padded = PpoReturns.Compute(policy, reference, dirty, scores, mask, options);
        Close.To(clean.Advantages, padded.Advantages);
        Close.To(clean.Returns, padded.Returns);
        Close.To([0.0, 0, 0], padded.Advantages[1].narrow(0, 1, 3));
        Close.To([0.0, 0], padded.Returns[1].narrow(0, 2, 2));
    }

    [Fact]
    public void PpoReturns_WrongShapes_AreRefusedByName()
    {
        using var scope = torch.NewDisposeScope();
        Tensor good = torch.zeros(2, 3), mask = torch.ones(2, 3, dtype: torch.ScalarType.Bool), scores = torch.zeros(2);
        Assert.Equal("values", Assert.Throws<ShapeException>(() => PpoReturns.Compute(good, good, torch.zeros(2, 4), scores, mask, new())).ParamName);
        Assert.Equal("scores", Assert.Throws<ShapeException>(() => PpoReturns.Compute(good, good, good, torch.zeros(3), mask, new())).ParamName);
        Assert.Equal("mask", Assert.Throws<ArgumentException>(() => PpoReturns.Compute(good, good, good, scores, good, new())).Message.Split(' ')[0]);
    }
}
