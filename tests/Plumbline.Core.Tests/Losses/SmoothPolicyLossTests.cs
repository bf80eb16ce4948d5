using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

/// <summary>Hand-worked values of cispo, sapo, luspo and vespo on one small batch.</summary>
public class SmoothPolicyLossTests
{
    private const float Pad = float.NegativeInfinity;

    // Row 0 has two tokens with ratios 2 and 1 under A = +1; row 1 has one token with ratio 1/2 under A = −2. Padding holds −∞.
    private static PolicyLossInputs Inputs() => new()
    {
        LogProbs = torch.tensor(new[,] { { -1f, -2f }, { -3f, Pad } }).requires_grad_(),
        OldLogProbs = torch.tensor(new[,] { { -1f - MathF.Log(2), -2f }, { -3f + MathF.Log(2), Pad } }),
        Advantages = torch.tensor(new[] { 1f, -2f }),
        Mask = torch.tensor(new[,] { { true, true }, { true, false } }),
    };

    private static (double Loss, double[] Gradient, PolicyLossOutput Output) Run(string name, PolicyLossOptions options, PolicyLossInputs? given = null)
    {
        PolicyLossInputs inputs = given ?? Inputs();
        PolicyLossOutput output = PolicyLosses.Get(name)(inputs, options);
        output.Loss.backward();
        return (output.Loss.ToDouble(), Close.Doubles(inputs.LogProbs.grad!), output);
    }

    // Cap 1.5: weights 1.5, 1, 0.5. Costs −1.5·1·(−1) = 1.5; −1·1·(−2) = 2; −0.5·(−2)·(−3) = −3: sum 0.5 over 3 tokens.
    // Gradients −1.5, −1, +1, each over 3. One of three tokens is above the cap under A > 0.
    [Fact]
    public void Cispo_HandWorked()
    {
        using var scope = torch.NewDisposeScope();
        var (loss, gradient, output) = Run("cispo", new PolicyLossOptions { EpsilonHigh = 1.5 });
        Close.Numbers([0.5 / 3], [loss]);
        Close.Numbers([-0.5, -1.0 / 3, 1.0 / 3, 0], gradient);
        Close.Numbers([1.0 / 3], [output.Metrics["cispo_clip_ratio"]]);
        Assert.DoesNotContain("clip_ratio/low_mean", output.Metrics.Keys);
    }

    // Without epsilon_high the cap is 5, above every ratio here: the first gradient is −2/3.
    [Fact]
    public void Cispo_WithoutEpsilonHigh_CapsAtFive()
    {
        using var scope = torch.NewDisposeScope();
        var (_, gradient, output) = Run("cispo", new PolicyLossOptions());
        Assert.Equal(-2.0 / 3, gradient[0], 6);
        Assert.Equal(0, output.Metrics["cispo_clip_ratio"]);
    }

    // τ+ = 2: costs −(4/2)·σ(2·1) = −2·0.880797 = −1.761594 and −2·σ(0) = −1: mean −1.380797.
    // τ− = 1: +2·4·σ(−0.5) = 8·0.377541 = 3.020325. grpo's reduction: (−1.380797 + 3.020325)/2 = 0.819764.
    // Gradient: d/d logProb of (4/τ)σ(τ(r−1)) is 4·σ(1−σ)·r: 4·0.104994·2 = 0.839949; 4·0.25·1 = 1; 4·0.235004·0.5 = 0.470007.
    // Times −A/(|o|·2): −0.209987, −0.25, +0.470007.
    [Fact]
    public void Sapo_HandWorked()
    {
        using var scope = torch.NewDisposeScope();
        var (loss, gradient, _) = Run("sapo", new PolicyLossOptions { SapoTemperaturePos = 2, SapoTemperatureNeg = 1 });
        Close.Numbers([0.819764], [loss]);
        Close.Numbers([-0.209987, -0.25, 0.470007, 0], gradient);
    }

    // Sequence ratios: row 0 e^(ln2/2) = 1.414214, held at 1.2: cost −1.2, times 2 tokens. Row 1 0.5 under A = −2, held at 0.8: +1.6, times 1.
    // (−2.4 + 1.6)/2 = −0.4, with the step's totals too, and halved by two accumulation steps.
    [Fact]
    public void Luspo_HandWorked()
    {
        using var scope = torch.NewDisposeScope();
        var options = new PolicyLossOptions { ImportanceSamplingLevel = ImportanceSamplingLevel.Sequence };
        Close.Numbers([-0.4], [Run("luspo", options).Loss]);
        Close.Numbers([-0.4], [Run("luspo", options with { Totals = new StepTotals(2, 3) }).Loss]);
        Close.Numbers([-0.2], [Run("luspo", options with { GradientAccumulationSteps = 2 }).Loss]);
        // Unheld (ε = 0.9): row 0 gets −1·(r/2)·2/2 = −0.707107 on each of its two tokens; row 1 +2·0.5·1/2 = 0.5.
        Close.Numbers([-0.707107, -0.707107, 0.5, 0], Run("luspo", options with { Epsilon = 0.9 }).Gradient);
    }

    // k3 of d = −1 is e^−1 = 0.367879, in token 1 of row 0 alone, β = 1. With totals it is added once, over 2 rows: −0.4 + 0.183940 = −0.216060.
    // Without, it is averaged over 2 columns and multiplied by the row's 2 tokens: the same here, where the row fills its columns.
    // In row 1's single token instead: with totals 0.183940; without, 0.367879·(1/2)·1/2 = 0.091970.
    [Theory]
    [InlineData(0, 0.183940, 0.183940)]
    [InlineData(1, 0.183940, 0.091970)]
    public void Luspo_Penalty_IsAMeanOverColumnsOnlyWithoutTotals(int row, double withTotals, double without)
    {
        using var scope = torch.NewDisposeScope();
        float[,] reference = row == 0 ? new[,] { { -1f, -3f }, { -3f, Pad } } : new[,] { { -1f, -2f }, { -4f, Pad } };
        PolicyLossInputs inputs = Inputs() with { ReferenceLogProbs = torch.tensor(reference) };
        var options = new PolicyLossOptions { ImportanceSamplingLevel = ImportanceSamplingLevel.Sequence, Beta = 1 };
        Close.Numbers([-0.4 + withTotals], [Run("luspo", options with { Totals = new StepTotals(2, 3) }, inputs).Loss]);
        Close.Numbers([-0.4 + without], [Run("luspo", options, inputs).Loss]);
    }

    // Row 0: w = 2 (the product), k = 2, λ = 3: φ = e^3·4·e^−6 = 4·e^−3 = 0.199148. Row 1: w = 1/2, k = 3, λ = 2: e^2·(1/8)·e^−1 = e/8 = 0.339785.
    // Costs −φ·(−1 − 2) = 0.597445 and −0.339785·(−2)·(−3) = −2.038711: sum −1.441266 over 3 = −0.480422.
    // Gradients −φ/3 = −0.0663828 twice, +2·0.339785/3 = 0.226523. φ's mean is over completions: 0.269467.
    [Fact]
    public void Vespo_HandWorked()
    {
        using var scope = torch.NewDisposeScope();
        var (loss, gradient, output) = Run("vespo", new PolicyLossOptions());
        Close.Numbers([-0.480422], [loss]);
        Close.Numbers([-0.0663828, -0.0663828, 0.226523, 0], gradient);
        Close.Numbers([0.269467], [output.Metrics["vespo/phi_seq_mean"]]);
    }

    // The sampler gave row 0's first token half of what the old policy did: ρ = 2 enters w = 4: φ = e^3·16·e^−12 = 16·e^−9 = 0.00197457, and nothing else.
    [Fact]
    public void Vespo_SamplerRatio_EntersTheWeightOnce()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Inputs();
        Tensor sampler = inputs.OldLogProbs!.clone();
        sampler[0, 0] = inputs.OldLogProbs![0, 0] - MathF.Log(2);
        var (_, gradient, _) = Run("vespo", new PolicyLossOptions(), inputs with { SamplerLogProbs = sampler });
        Close.Numbers([-0.00197457 / 3, -0.00197457 / 3, 0.226523], gradient[..3]);
    }
}
