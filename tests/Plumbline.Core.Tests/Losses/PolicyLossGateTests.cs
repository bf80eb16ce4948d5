using Plumbline.Core.Divergences;
using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

/// <summary>Entropy bonus, entropy mask, off-policy mask and the foreign sampler's ratio, hand-worked with bnpo on r = 1.</summary>
public class PolicyLossGateTests
{
    // Three tokens in row 0 (A = +1), one in row 1 (A = −2). Without gates bnpo's loss is −(3 − 2)/4 = −0.25; k3 is 0 save e^−1 in token 1 of row 0.
    private static PolicyLossInputs Inputs() => new()
    {
        LogProbs = torch.tensor(new[,] { { -1f, -1f, -1f }, { -1f, 0f, 0f } }).requires_grad_(),
        ReferenceLogProbs = torch.tensor(new[,] { { -1f, -2f, -1f }, { -1f, 0f, 0f } }),
        Advantages = torch.tensor(new[] { 1f, -2f }),
        Mask = torch.tensor(new[,] { { true, true, true }, { true, false, false } }),
        Entropies = torch.tensor(new[,] { { 1f, 2f, 3f }, { 4f, 100f, float.NaN } }).requires_grad_(),
    };

    private static double[] Gradient(PolicyLossInputs inputs, PolicyLossOptions options)
    {
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, options);
        output.Loss.backward();
        return Close.Doubles(inputs.LogProbs.grad!);
    }

    // The mean entropy of the counted tokens is 10/4 = 2.5: −0.25 − 0.1·2.5 = −0.5; each counted entropy has gradient −0.1/4, padding none.
    [Fact]
    public void EntropyCoef_TakesTheMeanEntropyFromTheLoss()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, new PolicyLossOptions { EntropyCoef = 0.1 });
        output.Loss.backward();
        Close.To([-0.5], output.Loss);
        Close.To([-0.025, -0.025, -0.025, -0.025, 0, 0], inputs.Entropies!.grad!);
        Close.Numbers([-0.25, 0.1], [output.Metrics["policy_loss"], output.Metrics["entropy_coef"]]);
    }

    // Whatever the loss divides by, the bonus is a mean over tokens: dr_grpo over 10 columns has −1/20, less 0.1·10/4; two accumulation steps halve both.
    [Fact]
    public void EntropyCoef_IgnoresTheLossesDivisor()
    {
        using var scope = torch.NewDisposeScope();
        var options = new PolicyLossOptions { EntropyCoef = 0.1, MaxCompletionLength = 10 };
        using PolicyLossOutput one = DrGrpoLoss.Compute(Inputs(), options);
        using PolicyLossOutput two = DrGrpoLoss.Compute(Inputs(), options with { GradientAccumulationSteps = 2 });
        Close.To([-0.05 - 0.25], one.Loss);
        Close.To([-0.025 - 0.125], two.Loss);
    }

    [Fact]
    public void EntropyCoefOfZero_LeavesEntropiesAlone()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        Gradient(inputs, new PolicyLossOptions { Beta = 1, TopEntropyQuantile = 0.5 });
        Assert.True(inputs.Entropies!.grad is null);
    }

    // Counted entropies 1, 2, 3, 4: the median is 2.5, so 3 and 4 stay. The penalty's gradient (1 − e^−1)/4 = 0.158030 at token 1 stays too.
    [Fact]
    public void TopEntropyQuantile_KeepsTheMostUndecidedAndAllOfThePenalty()
    {
        using var scope = torch.NewDisposeScope();
        Close.Numbers([0, 0.158030, -0.25, 0.5, 0, 0], Gradient(Inputs(), new PolicyLossOptions { Beta = 1, TopEntropyQuantile = 0.5 }));
    }

    // A fraction of 0 keeps the greatest alone; the step's threshold of 2 overrules the micro-batch's.
    [Fact]
    public void TopEntropyQuantile_EndsAndStepThreshold()
    {
        using var scope = torch.NewDisposeScope();
        Close.Numbers([0, 0, 0, 0.5, 0, 0], Gradient(Inputs(), new PolicyLossOptions { TopEntropyQuantile = 0 }));
        Close.Numbers([0, -0.25, -0.25, 0.5, 0, 0], Gradient(Inputs(), new PolicyLossOptions { TopEntropyQuantile = 0.1, Totals = new StepTotals(2, 4, 2) }));
    }

    // Row 1 (A = −2): mean of old − now = 0.5. A threshold of 0.4 drops it, 0.6 keeps it (gradient 2·e^−0.5/4 = 0.303265; 0.6065 is below the clip
    // at ε = 0.2 and would be held, so ε = 0.5). Row 0 stays at any drift, for A ≥ 0.
    [Theory, InlineData(0.4, 0), InlineData(0.6, 0.303265)]
    public void OffPolicyMask_DropsBadCompletionsThatDrifted(double threshold, double expected)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs() with { OldLogProbs = torch.tensor(new[,] { { 0f, 0f, 0f }, { -0.5f, 0f, 0f } }) };
        double[] gradient = Gradient(inputs, new PolicyLossOptions { OffPolicyMaskThreshold = threshold, Epsilon = 0.5 });
        Assert.Equal(expected, gradient[3], 4);
        Assert.NotEqual(0, gradient[0]);
    }

    // Row 0 drifts by 0.5 and 0.3 over its two tokens: mean 0.4, sum 0.8; padding's 9 adds nothing. Row 1 the other way: −0.4. Row 2 is good, row 3 has A = 0: both stay.
    [Theory, InlineData(0.41, true), InlineData(0.39, false)]
    public void OffPolicyMask_DriftIsAMeanOverCountedTokens(double threshold, bool keepsRow0)
    {
        using var scope = torch.NewDisposeScope();
        Tensor now = torch.zeros(4, 3), sampler = torch.tensor(new[,] { { 0.5f, 0.3f, 9f }, { -0.5f, -0.3f, 9f }, { 5f, 5f, 9f }, { 5f, 5f, 9f } });
        Tensor mask = torch.tensor(new[,] { { true, true, false }, { true, true, false }, { true, true, false }, { true, true, false } });
        Tensor keep = OffPolicyMask.Keep(now, sampler, torch.tensor(new[] { -1f, -1f, 1f, 0f }), mask, threshold);
        Assert.Equal([keepsRow0, true, true, true], keep.data<bool>().ToArray());
    }

    // Row 0: ρ = e^0.5, 1, e^−0.5 by token, product 1. Row 1: ρ = 4. Weights with cap 1.5 and floor 0.7, by mode.
    [Theory]
    [InlineData(ImportanceSamplingLevel.Token, false, new[] { 1.5, 1, 0.7, 1.5 })]
    [InlineData(ImportanceSamplingLevel.Token, true, new[] { 0.0, 1, 0, 0 })]
    [InlineData(ImportanceSamplingLevel.Sequence, false, new[] { 1.0, 1, 1, 1.5 })]
    [InlineData(ImportanceSamplingLevel.Sequence, true, new[] { 1.0, 1, 1, 0 })]
    public void SamplerCorrection_WeighsTheSurrogateNotThePenalty(ImportanceSamplingLevel level, bool masks, double[] weights)
    {
        using var scope = torch.NewDisposeScope();
        float four = MathF.Log(4);
        PolicyLossInputs inputs = Inputs() with { SamplerLogProbs = torch.tensor(new[,] { { -1.5f, -1f, -0.5f }, { -1f - four, 9f, 9f } }) };
        var correction = new SamplerCorrection { Level = level, Masks = masks, Cap = 1.5, Floor = 0.7 };
        double[] gradient = Gradient(inputs, new PolicyLossOptions { Beta = 1, SamplerCorrection = correction });
        Close.Numbers([-0.25 * weights[0], -0.25 * weights[1] + 0.158030, -0.25 * weights[2], 0.5 * weights[3], 0, 0], gradient);
    }

    // Gaps 0.5, 0, 0.5, ln 4 = 1.386294: mean 0.596574. Ratios by completion, truncated at 3: 1, 1, 1, 3; their mean is over completions.
    [Fact]
    public void SamplerCorrection_Metrics()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs() with { SamplerLogProbs = torch.tensor(new[,] { { -1.5f, -1f, -0.5f }, { -1f - MathF.Log(4), 9f, 9f } }) };
        using PolicyLossOutput output = BnpoLoss.Compute(inputs, new PolicyLossOptions { SamplerCorrection = new SamplerCorrection { Masks = false } });
        Close.Numbers(
            [0.596574, 1.386294, 1, 2, 3],
            [.. new[] { "sampling_logp_difference/mean", "sampling_logp_difference/max", "importance_sampling_ratio/min", "importance_sampling_ratio/mean", "importance_sampling_ratio/max" }
                .Select(n => output.Metrics["sampling/" + n])]);
    }

    // d = −30 and 30. No bounds: e^30 − 31 at 30. ±20 in: e^20 − 21, and e^−20 + 19. ±10 out: 10 for both.
    [Fact]
    public void K3Clamp_HoldsInputThenOutput()
    {
        using var scope = torch.NewDisposeScope();
        Tensor now = torch.tensor(new[] { 0.0, -30.0 }), reference = torch.tensor(new[] { -30.0, 0.0 });
        Close.To([29 + Math.Exp(-30), Math.Exp(30) - 31], KlEstimators.K3(now, reference));
        Close.To([19 + Math.Exp(-20), Math.Exp(20) - 21], KlEstimators.K3(now, reference, new K3Clamp(Input: 20)));
        Close.To([10, 10], KlEstimators.K3(now, reference, new K3Clamp(20, 10)));
    }

    [Fact]
    public void MissingEntropies_AreAskedForByName()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs() with { Entropies = null };
        Assert.Contains("entropy_coef", Assert.Throws<ArgumentException>(() => BnpoLoss.Compute(inputs, new PolicyLossOptions { EntropyCoef = 0.1 })).Message, StringComparison.Ordinal);
        Assert.Contains("top_entropy_quantile", Assert.Throws<ArgumentException>(() => BnpoLoss.Compute(inputs, new PolicyLossOptions { TopEntropyQuantile = 0.5 })).Message, StringComparison.Ordinal);
    }
}
