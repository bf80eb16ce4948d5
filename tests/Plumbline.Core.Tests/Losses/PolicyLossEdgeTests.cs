using Plumbline.Core.Divergences;
using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

public class PolicyLossEdgeTests
{
    private static readonly PolicyLossOptions Options = new() { MaxCompletionLength = 4, Beta = 0.1 };

    public static TheoryData<string, ImportanceSamplingLevel> AllLosses()
    {
        var data = new TheoryData<string, ImportanceSamplingLevel>();
        foreach (string name in PolicyLosses.Names)
            foreach (ImportanceSamplingLevel level in Enum.GetValues<ImportanceSamplingLevel>())
                data.Add(name, level);
        return data;
    }

    private static PolicyLossInputs Batch(Tensor mask)
    {
        using var random = new torch.Generator(7);
        long rows = mask.shape[0];
        return new PolicyLossInputs
        {
            LogProbs = (-torch.rand(rows, 4, generator: random)).requires_grad_(),
            OldLogProbs = -torch.rand(rows, 4, generator: random),
            ReferenceLogProbs = -torch.rand(rows, 4, generator: random),
            Advantages = torch.randn(rows, generator: random),
            Mask = mask,
            Entropies = torch.rand(rows, 4, generator: random),
        };
    }

    private static PolicyLossInputs Rows(PolicyLossInputs batch, long first, long count) => new()
    {
        LogProbs = batch.LogProbs.narrow(0, first, count),
        OldLogProbs = batch.OldLogProbs!.narrow(0, first, count),
        ReferenceLogProbs = batch.ReferenceLogProbs!.narrow(0, first, count),
        Advantages = batch.Advantages.narrow(0, first, count),
        Mask = batch.Mask.narrow(0, first, count),
        Entropies = batch.Entropies!.narrow(0, first, count),
    };

    [Theory, MemberData(nameof(AllLosses))]
    public void Compute_NothingCounted_LossGradientAndMetricsAreZero(string name, ImportanceSamplingLevel level)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs inputs = Batch(torch.zeros(3, 4, dtype: torch.ScalarType.Bool));
        using PolicyLossOutput output = PolicyLosses.Get(name)(inputs, Options with { ImportanceSamplingLevel = level });
        output.Loss.backward();
        Assert.Equal(0, output.Loss.ToDouble());
        Assert.All(Close.Doubles(inputs.LogProbs.grad!), g => Assert.Equal(0, g));
        Assert.All(output.Metrics.Values, value => Assert.Equal(0, value));
        Assert.Equal(0, output.Tokens);
    }

    // Means over tokens do not see an empty row; grpo and dr_grpo count it as a completion: 2 of 3 rows are left, so 2/3 of the loss.
    [Theory]
    [InlineData("bnpo", 1)]
    [InlineData("dapo", 1)]
    [InlineData("grpo", 2.0 / 3)]
    [InlineData("dr_grpo", 2.0 / 3)]
    public void Compute_OneEmptyRow_AddsNothing(string name, double factor)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs batch = Batch(torch.tensor(new[,] { { true, true, true, false }, { true, true, false, false }, { false, false, false, false } }));
        using PolicyLossOutput whole = PolicyLosses.Get(name)(batch, Options), filled = PolicyLosses.Get(name)(Rows(batch, 0, 2), Options);
        Close.To([filled.Loss.ToDouble() * factor], whole.Loss);
        foreach (string metric in filled.Metrics.Keys)
            Close.Numbers([filled.Metrics[metric]], [whole.Metrics[metric]]);
    }

    // Equal row counts: grpo, dr_grpo and dapo do not change when the step is cut in two; bnpo weighs the halves alike whatever their tokens.
    [Theory, InlineData("grpo"), InlineData("dr_grpo"), InlineData("dapo")]
    public void Compute_TwoMicroBatches_SumToTheWholeStep(string name)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs batch = Batch(torch.tensor(new[,] { { true, true, true, true }, { true, true, false, false }, { true, false, false, false }, { true, true, true, false } }));
        using PolicyLossOutput whole = PolicyLosses.Get(name)(batch, Options);
        PolicyLossOptions half = Options with { GradientAccumulationSteps = 2, NumItemsInBatch = 10 };
        using PolicyLossOutput first = PolicyLosses.Get(name)(Rows(batch, 0, 2), half), second = PolicyLosses.Get(name)(Rows(batch, 2, 2), half);
        Close.Numbers([whole.Loss.ToDouble()], [first.Loss.ToDouble() + second.Loss.ToDouble()]);
        whole.Loss.backward();
        double[] once = Close.Doubles(batch.LogProbs.grad!);
        first.Loss.backward();
        second.Loss.backward();
        Close.To(once.Select(g => 2 * g).ToArray(), batch.LogProbs.grad!);
    }

    // Unequal halves in rows and in tokens: given the step's size, no loss sees the cut, nor does the entropy bonus.
    [Theory, MemberData(nameof(AllLosses))]
    public void Compute_UnequalMicroBatchesWithTotals_SumToTheWholeStep(string name, ImportanceSamplingLevel level)
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs batch = Batch(torch.tensor(new[,] { { true, true, true, true }, { true, true, false, false }, { true, false, false, false }, { true, true, true, false } }));
        PolicyLossOptions step = Options with { ImportanceSamplingLevel = level, EntropyCoef = 0.1, Totals = new StepTotals(4, 10) };
        using PolicyLossOutput whole = PolicyLosses.Get(name)(batch, step);
        using PolicyLossOutput first = PolicyLosses.Get(name)(Rows(batch, 0, 1), step), second = PolicyLosses.Get(name)(Rows(batch, 1, 3), step);
        Close.Numbers([whole.Loss.ToDouble()], [first.Loss.ToDouble() + second.Loss.ToDouble()]);
        whole.Loss.backward();
        double[] once = Close.Doubles(batch.LogProbs.grad!);
        first.Loss.backward();
        second.Loss.backward();
        Close.To(once.Select(g => 2 * g).ToArray(), batch.LogProbs.grad!);
    }

    [Theory, MemberData(nameof(AllLosses))]
    public void Compute_InfinitePadding_ReachesNothing(string name, ImportanceSamplingLevel level)
    {
        using var scope = torch.NewDisposeScope();
        Tensor mask = torch.tensor(new[,] { { true, true, true, false }, { true, false, false, false } });
        PolicyLossInputs clean = Batch(mask);
        Tensor dirty = clean.LogProbs.detach().masked_fill(mask.logical_not(), double.NegativeInfinity).requires_grad_();
        PolicyLossOptions options = Options with { ImportanceSamplingLevel = level, Totals = new StepTotals(2, 4) };
        using PolicyLossOutput expected = PolicyLosses.Get(name)(clean, options), got = PolicyLosses.Get(name)(clean with { LogProbs = dirty }, options);
        using PolicyLossOutput withoutTotals = PolicyLosses.Get(name)(clean with { LogProbs = dirty }, options with { Totals = null });
        got.Loss.backward();
        Close.To(expected.Loss, got.Loss);
        Assert.All(Close.Doubles(dirty.grad!.masked_select(mask.logical_not())), g => Assert.Equal(0, g));
        Assert.True(double.IsFinite(withoutTotals.Loss.ToDouble()));
    }

    [Theory, MemberData(nameof(AllLosses))]
    public void Compute_OneTokenOneRow_IsFinite(string name, ImportanceSamplingLevel level)
    {
        using var scope = torch.NewDisposeScope();
        using PolicyLossOutput output = PolicyLosses.Get(name)(Batch(torch.tensor(new[,] { { true, false, false, false } })), Options with { ImportanceSamplingLevel = level });
        Assert.True(double.IsFinite(output.Loss.ToDouble()));
        Assert.NotEqual(0, output.Loss.ToDouble());
        Assert.Equal(1, output.Tokens);
    }

    [Fact]
    public void Get_UnknownName_ListsTheLosses()
    {
        var error = Assert.Throws<ArgumentException>(() => PolicyLosses.Get("gpro"));
        Assert.Contains("'gpro', but the losses are bnpo, cispo, dapo, dr_grpo, grpo, luspo, sapo, vespo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_WrongInputs_AreRefusedByName()
    {
        using var scope = torch.NewDisposeScope();
        PolicyLossInputs good = Batch(torch.ones(2, 4, dtype: torch.ScalarType.Bool));
        Assert.Contains("Advantages", Assert.Throws<ShapeException>(() => GrpoLoss.Compute(good with { Advantages = torch.zeros(3) }, Options)).ParamName, StringComparison.Ordinal);
        Assert.Contains("OldLogProbs", Assert.Throws<ShapeException>(() => GrpoLoss.Compute(good with { OldLogProbs = torch.zeros(2, 3) }, Options)).ParamName, StringComparison.Ordinal);
        Assert.Contains("dtype", Assert.Throws<ArgumentException>(() => GrpoLoss.Compute(good with { Mask = torch.ones(2, 4) }, Options)).Message, StringComparison.Ordinal);
        Assert.Contains("beta", Assert.Throws<ArgumentException>(() => GrpoLoss.Compute(good with { ReferenceLogProbs = null }, Options)).Message, StringComparison.Ordinal);
        Assert.Contains("max_completion_length", Assert.Throws<ArgumentException>(() => DrGrpoLoss.Compute(good, new PolicyLossOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("num_items_in_batch", Assert.Throws<ArgumentException>(() => DapoLoss.Compute(good, new PolicyLossOptions { GradientAccumulationSteps = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("options.epsilon", Assert.Throws<ArgumentException>(() => GrpoLoss.Compute(good, Options with { Epsilon = double.NaN })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_EverythingWrong_IsToldAtOnce()
    {
        var options = new PolicyLossOptions
        {
            Epsilon = 1.5,
            EpsilonHigh = -1,
            Delta = 0,
            Beta = double.NaN,
            MaxCompletionLength = 0,
            GradientAccumulationSteps = 0,
            NumItemsInBatch = 0,
            EntropyCoef = double.NaN,
            TopEntropyQuantile = 1.1,
            OffPolicyMaskThreshold = double.PositiveInfinity,
            SapoTemperaturePos = 0,
            SapoTemperatureNeg = -1,
            VespoKPos = -1,
            VespoKNeg = double.NaN,
            VespoLambdaPos = 0,
            VespoLambdaNeg = 0,
            KlClamp = new K3Clamp(0, -1),
            SamplerCorrection = new SamplerCorrection { Cap = 0, Floor = 1 },
        };
        Assert.Equal(
            ["epsilon", "epsilon_high", "delta", "beta", "entropy_coef", "top_entropy_quantile", "off_policy_mask_threshold",
                "sapo_temperature_pos", "sapo_temperature_neg", "vespo_lambda_pos", "vespo_lambda_neg", "vespo_k_pos", "vespo_k_neg",
                "kl_clamp.input", "kl_clamp.output", "sampler_correction.cap", "sampler_correction.floor", "max_completion_length", "gradient_accumulation_steps", "num_items_in_batch"],
            options.Faults("grpo").Select(f => f.Split(' ')[0].Replace("grpo.", "", StringComparison.Ordinal)));
        Assert.Empty(Options.Faults("grpo"));
    }

    [Fact]
    public void TruncatedCompletions_Mask_EmptiesTheirRowsAlone()
    {
        using var scope = torch.NewDisposeScope();
        Tensor mask = torch.tensor(new[,] { { true, true }, { true, false }, { true, true } });
        Tensor result = TruncatedCompletions.Mask(mask, torch.tensor(new[] { false, false, true }));
        Assert.Equal([true, true, true, false, false, false], result.data<bool>().ToArray());
        Assert.Equal([true, true, true, false, true, true], mask.data<bool>().ToArray());
        Assert.Throws<ShapeException>(() => TruncatedCompletions.Mask(mask, torch.tensor(new[] { true })));
    }
}
