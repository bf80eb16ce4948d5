using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

public class PpoLossTests
{
    // Ratio e^0.5 = 1.648721, above 1.2. For A = +1 the worse of −1.648721 and −1.2 is −1.2, without gradient.
    // For A = −1 the worse of 1.648721 and 1.2 is 1.648721, with gradient r·(−A) = 1.648721. The clip holds in the first only.
    [Theory, InlineData(+1f, -1.2, 0, 1), InlineData(-1f, 1.648721, 1.648721, 0)]
    public void PolicyLoss_RatioAboveClip_IsHeldOnlyForPositiveAdvantage(float advantage, double loss, double gradient, double held)
    {
        using var scope = torch.NewDisposeScope();
        Tensor now = torch.tensor(new[,] { { -0.5f } }).requires_grad_();
        using PolicyLossOutput output = PpoPolicyLoss.Compute(
            now, torch.tensor(new[,] { { -1f } }), torch.tensor(new[,] { { advantage } }), torch.ones(1, 1, dtype: torch.ScalarType.Bool), 0.2);
        output.Loss.backward();
        Close.To([loss], output.Loss);
        Close.To([gradient], now.grad!);
        Assert.Equal(held, output.Metrics["policy/clipfrac_avg"]);
        Assert.Equal(0.125, output.Metrics["policy/approxkl_avg"], precision: 6);
        Assert.Equal(1.648721, output.Metrics["val/ratio"], precision: 5);
    }

    // Ratios are 1: the loss is −mean of A over the three counted tokens, −(1 + 2 + 6)/3 = −3, though the first row has two of them;
    // given 4 tokens in the whole update it is −9/4. The gradient is −A over the divisor.
    [Theory, InlineData(null, 3), InlineData(4.0, 4)]
    public void PolicyLoss_IsAMeanOverTokensOfTheUpdate(double? tokens, double divisor)
    {
        using var scope = torch.NewDisposeScope();
        Tensor now = torch.tensor(new[,] { { -1f, -1f }, { -1f, float.NegativeInfinity } }).requires_grad_();
        using PolicyLossOutput output = PpoPolicyLoss.Compute(
            now, now, torch.tensor(new[,] { { 1f, 2f }, { 6f, 100f } }), torch.tensor(new[,] { { true, true }, { true, false } }), 0.2, tokens);
        output.Loss.backward();
        Close.To([-9 / divisor], output.Loss);
        Close.To([-1 / divisor, -2 / divisor, -6 / divisor, 0], now.grad!);
        Assert.Equal(3, output.Tokens);
    }

    // V_old = 0, ε = 0.2, R = 1, V = 0.5: free error 0.25, held (0.2 − 1)² = 0.64, the worse; half: 0.32, without gradient.
    // With R = 0: free 0.25, held 0.04; the worse is free: half 0.125, gradient V − R = 0.5. Unclipped with R = 1: 0.125, gradient −0.5.
    [Theory, InlineData(1f, 0.2, 0.32, 0, 1), InlineData(0f, 0.2, 0.125, 0.5, 0), InlineData(1f, null, 0.125, -0.5, 0)]
    public void ValueLoss_TakesTheWorseOfFreeAndHeld(float target, double? range, double loss, double gradient, double held)
    {
        using var scope = torch.NewDisposeScope();
        Tensor value = torch.tensor(new[,] { { 0.5f } }).requires_grad_();
        using PolicyLossOutput output = PpoValueLoss.Compute(
            value, torch.zeros(1, 1), torch.tensor(new[,] { { target } }), torch.ones(1, 1, dtype: torch.ScalarType.Bool), range);
        output.Loss.backward();
        Close.To([loss], output.Loss);
        Close.To([gradient], value.grad!);
        Assert.Equal(held, output.Metrics["val/clipfrac_avg"]);
    }

    // Errors 1 and 2 counted, 100 not: ½·(1 + 4)/2 = 1.25; with 5 states in the update ½·5/5 = 0.5.
    [Theory, InlineData(null, 1.25), InlineData(5.0, 0.5)]
    public void ValueLoss_IsHalfTheMeanOverStatesOfTheUpdate(double? states, double expected)
    {
        using var scope = torch.NewDisposeScope();
        using PolicyLossOutput output = PpoValueLoss.Compute(
            torch.tensor(new[,] { { 1f, 2f, 100f } }), torch.tensor(new[,] { { 1f, 2f, float.NaN } }), torch.zeros(1, 3),
            torch.tensor(new[,] { { true, true, false } }), 0.2, states);
        Close.To([expected], output.Loss);
        Assert.Equal(2, output.Tokens);
    }

    [Fact]
    public void Losses_NothingCounted_AreZeroWithZeroGradient()
    {
        using var scope = torch.NewDisposeScope();
        Tensor now = torch.full(2, 3, float.NaN).requires_grad_(), none = torch.zeros(2, 3, dtype: torch.ScalarType.Bool);
        using PolicyLossOutput policy = PpoPolicyLoss.Compute(now, now, now, none, 0.2);
        using PolicyLossOutput value = PpoValueLoss.Compute(now, now, now, none, 0.2);
        (policy.Loss + value.Loss).backward();
        Assert.Equal(0, policy.Loss.ToDouble() + value.Loss.ToDouble());
        Assert.All(Close.Doubles(now.grad!), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Losses_WrongShapes_AreRefusedByName()
    {
        using var scope = torch.NewDisposeScope();
        Tensor good = torch.zeros(2, 3), mask = torch.ones(2, 3, dtype: torch.ScalarType.Bool);
        Assert.Equal("advantages", Assert.Throws<ShapeException>(() => PpoPolicyLoss.Compute(good, good, torch.zeros(2), mask, 0.2)).Message.Split(' ')[0]);
        Assert.Equal("returns", Assert.Throws<ShapeException>(() => PpoValueLoss.Compute(good, good, torch.zeros(2, 2), mask, 0.2)).ParamName);
        Assert.Equal("mask", Assert.Throws<ArgumentException>(() => PpoValueLoss.Compute(good, good, good, good, 0.2)).ParamName);
    }
}
