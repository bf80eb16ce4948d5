using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

/// <summary>Hand-worked values of the four clipped losses on one small batch.</summary>
public class PolicyLossTests
{
    private const float Pad = float.NegativeInfinity;

    // Row 0 has three tokens and A = +1, row 1 has one token and A = −2. Padding holds −∞, which must reach nothing.
    // Row 0: ratios e^0.5 = 1.648721 (held at 1.2: cost −1.2), e^0 = 1 (−1), e^−0.5 = 0.606531 (−0.606531): sum −2.806531.
    // Row 1: ratio e^0.5 under A = −2: the worse of 2·1.648721 and 2·1.2 stands: +3.297443.
    // Gradients of the costs: row 0: 0 (held), −1, −0.606531; row 1: +3.297443.
    private static PolicyLossInputs Inputs(bool reference = false) => new()
    {
        LogProbs = torch.tensor(new[,] { { -1f, -1f, -1.5f }, { -1f, Pad, Pad } }).requires_grad_(),
        OldLogProbs = torch.tensor(new[,] { { -1.5f, -1f, -1f }, { -1.5f, Pad, Pad } }),
        ReferenceLogProbs = reference ? torch.tensor(new[,] { { -1f, -2f, -1f }, { -1f, Pad, Pad } }) : null,
        Advantages = torch.tensor(new[] { 1f, -2f }),
        Mask = torch.tensor(new[,] { { true, true, true }, { true, false, false } }),
    };

    private static readonly PolicyLossOptions Options = new() { MaxCompletionLength = 5 };

    private static readonly double[] CostGradient = [0, -1, -0.606531, 3.297443, 0, 0];

    // grpo: (−2.806531/3 + 3.297443)/2 = 1.180966; token weights 1/6 in row 0, 1/2 in row 1.
    // bnpo and dapo: (−2.806531 + 3.297443)/4 = 0.122728; token weight 1/4. dr_grpo: 0.490912/(2·5) = 0.0490912; token weight 1/10.
    [Theory]
    [InlineData("grpo", 1.180966, 1.0 / 6, 1.0 / 2)]
    [InlineData("bnpo", 0.122728, 1.0 / 4, 1.0 / 4)]
    [InlineData("dapo", 0.122728, 1.0 / 4, 1.0 / 4)]
    [InlineData("dr_grpo", 0.0490912, 1.0 / 10, 1.0 / 10)]
    public void Compute_HandWorked_LossAndGradient(string name, double expected, double weight0, double weight1)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = PolicyLosses.Get(name)(inputs, Options);
        output.Loss.backward();
        Close.To([expected], output.Loss);
        Close.To(CostGradient.Select((g, i) => g * (i < 3 ? weight0 : weight1)).ToArray(), inputs.LogProbs.grad!);
        Assert.Equal(4, output.Tokens);
    }

    // d = reference − policy: row 0 (0, −1, 0.5), row 1 (0). k3: 0, e^−1 − 1 + 1 = 0.367879, e^0.5 − 1 − 0.5 = 0.148721, 0; sum 0.516601.
    // bnpo adds 0.1·0.516601/4 = 0.0129150 to 0.122728. kl is the mean over four tokens: 0.129150.
    // d k3 / d logProbs = 1 − exp(d): token 1: 1 − 0.367879 = 0.632121: gradient (−1 + 0.0632121)/4 = −0.234197.
    [Fact]
    public void Compute_Penalty_HandWorked()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs(reference: true);
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, Options with { Beta = 0.1 });
        output.Loss.backward();
        Close.To([0.1356430], output.Loss);
        Close.Numbers([0.1291502], [output.Metrics["kl"]]);
        Assert.Equal(-0.234197, inputs.LogProbs.grad![0, 1].ToDouble(), 5);
    }

    // The k3 of 0.367879 has ratio 1, that of 0.148721 has ratio 0.606531: 0.367879 + 0.090204 = 0.458083, mean 0.114521.
    [Fact]
    public void Compute_BiasCorrectedPenalty_WeighsByTheRatio()
    {
        using var scope = torch.NewDisposeScope();
        using PolicyLossOutput output = BnpoLoss.Compute(Inputs(reference: true), Options with { Beta = 0.1, UseBiasCorrectionKl = true });
        Close.Numbers([0.1145208], [output.Metrics["kl"]]);
        Close.To([0.122728 + 0.1 * 0.1145208], output.Loss);
    }

    // δ = 1.5 caps row 1's 1.648721: its cost is 2·1.5 = 3 and it carries no gradient. bnpo: (−2.806531 + 3)/4 = 0.0483673.
    [Fact]
    public void Compute_Delta_CapsTheRatioThatTheClipDoesNotHold()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, Options with { Delta = 1.5 });
        output.Loss.backward();
        Close.To([0.0483673], output.Loss);
        Assert.Equal(0, inputs.LogProbs.grad![1, 0].ToDouble());
    }

    // ε_high = 0.8 lets 1.648721 through: row 0 costs −1.648721 − 1 − 0.606531 = −3.255252. bnpo: (−3.255252 + 3.297443)/4 = 0.0105476.
    // ε = 0.5 would let 0.606531 through on the low side anyway (A > 0 is never held there): nothing else changes.
    [Fact]
    public void Compute_EpsilonHigh_WidensTheUpperSideAlone()
    {
        using var scope = torch.NewDisposeScope();
        using PolicyLossOutput output = BnpoLoss.Compute(Inputs(), Options with { EpsilonHigh = 0.8 });
        Close.To([0.0105476], output.Loss);
        Assert.Equal(0, output.Metrics["clip_ratio/high_mean"]);
    }

    // Signs turned, low side: row 0 has A = −1 and ratios e^0.5, 1, e^−0.5; the last is held at 1 − 0.2 = 0.8, whatever ε_high is:
    // 1.648721 + 1 + 0.8 = 3.448721. Row 1 has A = +2, held at 1.28: −2.56. bnpo: (3.448721 − 2.56)/4 = 0.2221803.
    [Fact]
    public void Compute_NegativeAdvantage_IsHeldAtTheLowerEpsilon()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = BnpoLoss.Compute(inputs with { Advantages = -inputs.Advantages }, Options with { EpsilonHigh = 0.28 });
        Close.To([0.2221803], output.Loss);
    }

    // With A = +2 row 1's ratio e^0.5 is above the clip: one of two completions, though one of four tokens.
    [Fact]
    public void Compute_SequenceRatio_ClipMetricsCountCompletions()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = GrpoLoss.Compute(
            inputs with { Advantages = -inputs.Advantages }, Options with { ImportanceSamplingLevel = ImportanceSamplingLevel.Sequence });
        Close.Numbers([0.5, 1, 0.5], [output.Metrics["clip_ratio/high_mean"], output.Metrics["clip_ratio/high_max"], output.Metrics["clip_ratio/region_mean"]]);
    }

    // Losses that average over the micro-batch are divided by the accumulation steps; dapo's divisor already is the step's: 0.490912/40 = 0.0122728.
    [Theory]
    [InlineData("grpo", 1.180966 / 4)]
    [InlineData("bnpo", 0.122728 / 4)]
    [InlineData("dr_grpo", 0.0490912 / 4)]
    [InlineData("dapo", 0.0122728)]
    public void Compute_FourMicroBatches_HandWorked(string name, double expected)
    {
        using var scope = torch.NewDisposeScope();
        using PolicyLossOutput output = PolicyLosses.Get(name)(Inputs(), Options with { GradientAccumulationSteps = 4, NumItemsInBatch = 40 });
        Close.To([expected], output.Loss);
    }

    // Row 0's log ratios 0.5, 0, −0.5 average to 0: ratio 1, cost −1. Row 1: ratio e^0.5, cost 3.297443. grpo: (−1 + 3.297443)/2 = 1.148721.
    [Fact]
    public void Compute_SequenceRatio_IsTheGeometricMeanOverCountedTokens()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = GrpoLoss.Compute(inputs, Options with { ImportanceSamplingLevel = ImportanceSamplingLevel.Sequence });
        output.Loss.backward();
        Close.To([1.148721], output.Loss);
        Close.To([-1.0 / 6, -1.0 / 6, -1.0 / 6, 1.648721, 0, 0], inputs.LogProbs.grad!);
    }

    // High: token 0 of row 0, one of four tokens; row fractions 1/3 and 0. With the signs turned, row 1's ratio is above the clip under A > 0
    // (high: 1 of 4, greatest fraction 1) and row 0's 0.606531 below it under A < 0 (low: 1 of 4; least fraction 0).
    [Theory]
    [InlineData(1f, 0, 0.25, 0, 1.0 / 3)]
    [InlineData(-1f, 0.25, 0.25, 0, 1)]
    public void Compute_ClipMetrics_HandWorked(float sign, double lowMean, double highMean, double lowMin, double highMax)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = BnpoLoss.Compute(inputs with { Advantages = inputs.Advantages * sign }, Options);
        Close.Numbers(
            [lowMean, highMean, lowMean + highMean, lowMin, highMax],
            [.. new[] { "low_mean", "high_mean", "region_mean", "low_min", "high_max" }.Select(n => output.Metrics["clip_ratio/" + n])]);
    }

    // Every row clipped low has a least fraction above zero: ratios 0.5 and (0.5, 1): fractions 1 and 1/2; the least is 1/2.
    [Fact]
    public void Compute_ClipMetrics_LowMinIsTheLeastRow()
    {
        using var scope = torch.NewDisposeScope();
        float half = MathF.Log(0.5f);
        var inputs = new PolicyLossInputs
        {
            LogProbs = torch.tensor(new[,] { { half, 0f }, { half, 0f } }),
            OldLogProbs = torch.zeros(2, 2),
            Advantages = torch.tensor(new[] { -1f, -1f }),
            Mask = torch.tensor(new[,] { { true, false }, { true, true } }),
        };
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, Options);
        Close.Numbers([0.5, 2.0 / 3], [output.Metrics["clip_ratio/low_min"], output.Metrics["clip_ratio/low_mean"]]);
    }

    // Entropies 1, 2, 3 in row 0 and 6 in row 1: (1 + 2 + 3 + 6)/4 = 3; the infinity stands at padding.
    [Fact]
    public void Compute_Entropies_AreAveragedOverCountedTokens()
    {
        using var scope = torch.NewDisposeScope();
        Tensor entropies = torch.tensor(new[,] { { 1f, 2f, 3f }, { 6f, float.PositiveInfinity, 0f } });
        using PolicyLossOutput output = BnpoLoss.Compute(Inputs() with { Entropies = entropies }, Options);
        Close.Numbers([3], [output.Metrics["entropy"]]);
        Assert.DoesNotContain("kl", output.Metrics.Keys);
    }

    // r = 1 everywhere: dapo is −Σ|o|·A/Σ|o| = −(3·1 − 2)/4 = −0.25, grpo −mean A = 0.5; the gradient is −A times the token weight, not zero.
    [Fact]
    public void Compute_WithoutOldLogProbs_RatioIsOneAndGradientFlows()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs() with { OldLogProbs = null };
        using PolicyLossOutput dapo = DapoLoss.Compute(inputs, Options), grpo = GrpoLoss.Compute(inputs, Options);
        Close.To([-0.25], dapo.Loss);
        Close.To([0.5], grpo.Loss);
        dapo.Loss.backward();
        Close.To([-0.25, -0.25, -0.25, 0.5, 0, 0], inputs.LogProbs.grad!);
    }

    [Fact]
    public void Compute_OnlyLogProbsCarryGradient()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs(reference: true);
        Tensor[] others = [inputs.OldLogProbs!, inputs.ReferenceLogProbs!, inputs.Advantages];
        foreach (Tensor other in others)
            other.requires_grad_();
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, Options with { Beta = 0.1 });
        output.Loss.backward();
        Assert.All(others, other => Assert.True(other.grad is null));
        Assert.False(inputs.LogProbs.grad is null);
    }
}
