using Plumbline.Core.Losses.Preference;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses.Preference;

/// <summary>One pair with c = ln 4 = 1.386294 and j = −ln 2 = −0.693147, β = 1, lengths 2 and 4: σ(c) = 0.8, σ(j) = 1/3, Δ = ln 8 = 2.079442, σ(Δ) = 8/9.</summary>
public class PreferenceLossTests
{
    // Gradients by (log π(y_w), log π(y_l)). ln 0.8 = −0.223144, ln 0.2 = −1.609438, ln(1/3) = −1.098612, ln(2/3) = −0.405465, ln(8/9) = −0.117783, ln(1/9) = −2.197225.
    // sigmoid: 0.117783; −σ(−Δ) = −1/9.               hinge, β = 0.25: 1 − 0.519860 = 0.480140; ∓0.25.
    // ipo: c/2 − j/4 = 0.693147 + 0.173287 = 0.866434, − 0.5 = 0.366434, squared 0.134274; 2·0.366434/2, −(−…): 2·0.366434·(1/2) = 0.366434 and −2·0.366434/4 = −0.183217.
    // sigmoid_norm: x = 0.866434, e^−x = 2^−1.25, σ(x) = 0.704003: −ln = 0.350972; −0.295997/2 = −0.147998, +0.295997/4 = 0.073999.
    // robust, ε = 0.1: (0.9·0.117783 + 0.1·(−2.197225))/0.8 = −0.142147; (−0.9/9 − 0.1·8/9)/0.8 = −0.236111.
    // exo_pair, ε = 0.1: 8/9·(−0.117783 + 0.105361) + 1/9·(−2.197225 + 2.302585) = −0.011042 + 0.011707 = 0.000664;
    //   q′·(ln q − ln 0.9 − ln(1 − q) + ln 0.1) = 8/81·(−0.012422 − 0.105361) = −0.011633.
    // nca_pair: 0.223144 + 0.5·1.609438 + 0.5·0.405465 = 1.230595; −0.2 + 0.5·0.8 = 0.2, 0.5/3 = 0.166667.
    // bco_pair: 0.223144 + 0.405465 = 0.628609; −0.2, 1/3.
    // sppo_hard: 0.886294² + (−0.193147)² = 0.785518 + 0.037306 = 0.822823; 1.772589, −0.386294.
    // aot with one pair is sigmoid, ε = 0.1: 0.9·0.117783 + 0.1·2.197225 = 0.325727; −0.9/9 + 0.1·8/9 = −0.011111.
    // apo_zero: 1 − 0.8 + 1/3 = 0.533333; −0.16, 2/9.   apo_down: 0.8 + 1/9 = 0.911111; 0.16 − 8/81 = 0.061235, 8/81 = 0.098765.
    // discopop, τ = 1: 1/9·0.117783 + 8/9·1/8 = 0.124198; with m = 8/9, m′ = 8/81: m′·(e^−x + ln σ(x)) − m·e^−x − (1 − m)·σ(−x)
    //   = 0.098765·(0.125 − 0.117783) − 0.111111 − 0.012346 = −0.122744.
    // sft: −log π(y_w)/|y_w| = 1.5/2 = 0.75; −0.5, 0.
    [Theory]
    [InlineData("sigmoid", 1, 0, 0.117783, -0.111111, 0.111111)]
    [InlineData("hinge", 0.25, 0, 0.480140, -0.25, 0.25)]
    [InlineData("ipo", 1, 0, 0.134274, 0.366434, -0.183217)]
    [InlineData("sigmoid_norm", 1, 0, 0.350972, -0.147998, 0.073999)]
    [InlineData("robust", 1, 0.1, -0.142147, -0.236111, 0.236111)]
    [InlineData("exo_pair", 1, 0.1, 0.000664, -0.011633, 0.011633)]
    [InlineData("nca_pair", 1, 0, 1.230595, 0.2, 0.166667)]
    [InlineData("bco_pair", 1, 0, 0.628609, -0.2, 0.333333)]
    [InlineData("sppo_hard", 1, 0, 0.822823, 1.772589, -0.386294)]
    [InlineData("aot", 1, 0.1, 0.325727, -0.011111, 0.011111)]
    [InlineData("aot_unpaired", 1, 0.1, 0.325727, -0.011111, 0.011111)]
    [InlineData("apo_zero", 1, 0, 0.533333, -0.16, 0.222222)]
    [InlineData("apo_down", 1, 0, 0.911111, 0.061235, 0.098765)]
    [InlineData("discopop", 1, 0, 0.124198, -0.122744, 0.122744)]
    [InlineData("sft", 1, 0, 0.75, -0.5, 0)]
    public void Compute_OnePairByHand_LossAndGradient(string name, double beta, double smoothing, double expected, double chosenGradient, double rejectedGradient)
    {
        using var scope = torch.NewDisposeScope();
        PreferenceInputs pair = Pair(Math.Log(4), -Math.Log(2));
        using PreferenceOutput output = PreferenceLosses.Compute(
            pair, new PreferenceOptions { LossTypes = [name], Beta = beta, LabelSmoothing = smoothing, DiscopopTau = 1 });
        output.Loss.backward();
        Close.To([expected], output.Loss, absolute: 2e-6);
        Close.To([chosenGradient], pair.ChosenLogProbs.grad!, absolute: 2e-6);
        Assert.Equal(rejectedGradient, pair.RejectedLogProbs.grad is { } gradient ? Close.Doubles(gradient)[0] : 0, 2e-6);
    }

    // Scores of c = ln 4 and j = −ln 2. Forward: −1/4 and −2: Δ = 1.75. Jensen-Shannon: ln 0.8 − ln(1/3) = 0.875469. α = 0.5: −2·(1/2) + 2·√2 = 1.828427. α = 1: Δ = 2.079442.
    [Theory]
    [InlineData(FDivergenceType.ForwardKl, 0.5, 1.75)]
    [InlineData(FDivergenceType.JsDivergence, 0.5, 0.875469)]
    [InlineData(FDivergenceType.AlphaDivergence, 0.5, 1.828427)]
    [InlineData(FDivergenceType.AlphaDivergence, 1, 2.079442)]
    [InlineData(FDivergenceType.ReverseKl, 0.5, 2.079442)]
    public void Compute_FDivergence_GivesTheMarginItsScore(FDivergenceType divergence, double alpha, double margin)
    {
        using var scope = torch.NewDisposeScope();
        using PreferenceOutput output = PreferenceLosses.Compute(
            Pair(Math.Log(4), -Math.Log(2)), new PreferenceOptions { Beta = 1, FDivergenceType = divergence, FAlphaDivergenceCoef = alpha });
        Close.To([Math.Log(1 + Math.Exp(-margin))], output.Loss, absolute: 2e-6);
        Assert.Equal(Math.Log(8), output.Metrics["rewards/margins"], 1e-6); // metrics stay those of the log-ratios
    }

    // hinge at β = 0.25 is 0.480140, sft 0.75: 2·0.480140 + 0.5·0.75 = 1.335280.
    [Fact]
    public void Compute_SeveralLosses_AddsThemByWeight()
    {
        using var scope = torch.NewDisposeScope();
        using PreferenceOutput output = PreferenceLosses.Compute(
            Pair(Math.Log(4), -Math.Log(2)), new PreferenceOptions { LossTypes = ["hinge", "sft"], LossWeights = [2, 0.5], Beta = 0.25 });
        Close.To([1.335280], output.Loss, absolute: 2e-6);
    }

    // Two pairs, margins ln 8 and −ln 8, hinge at β = 0.25: 0.480140 and 1.519860. Weighted 3 and 1, over 2 pairs: (1.440420 + 1.519860)/2 = 1.480140.
    [Fact]
    public void Compute_PairWeights_MultiplyEachPairAndNotTheDivisor()
    {
        using var scope = torch.NewDisposeScope();
        using PreferenceOutput output = PreferenceLosses.Compute(
            TwoPairs() with { Weights = torch.tensor(new[] { 3f, 1f }) }, new PreferenceOptions { LossTypes = ["hinge"], Beta = 0.25 });
        Close.To([1.480140], output.Loss, absolute: 2e-6);
        Assert.Equal(0.5, output.Metrics["rewards/accuracies"]);
        Assert.Equal(0, output.Metrics["rewards/margins"], 1e-6);
    }

    // Policy margins (2, −2), reference margins (1, −1): sorted apart (−2, 2) and (−1, 1), gaps −1 and 1. Unsorted they would be 1 and −1 and
    // cost the same, so the reference of the third case is turned about: margins (−1, 1) are sorted already, unsorted gaps would be 3 and −3.
    // Unpaired, c = (2, −1) and j = (0, 1): sorted gaps −1 and 1; unsorted 2 and −2.
    [Theory]
    [InlineData("aot", new[] { 2f, -2f }, new[] { 0f, 0f }, new[] { 1f, -1f }, new[] { 0f, 0f })]
    [InlineData("aot", new[] { 2f, -2f }, new[] { 0f, 0f }, new[] { -1f, 1f }, new[] { 0f, 0f })]
    [InlineData("aot_unpaired", new[] { 2f, -1f }, new[] { 3f, 0f }, new[] { 0f, 0f }, new[] { 3f, -1f })]
    public void Aot_SortsBothSidesApart(string name, float[] chosen, float[] rejected, float[] referenceChosen, float[] referenceRejected)
    {
        using var scope = torch.NewDisposeScope();
        PreferenceInputs pairs = TwoPairs() with
        {
            ChosenLogProbs = torch.tensor(chosen),
            RejectedLogProbs = torch.tensor(rejected),
            ReferenceChosenLogProbs = torch.tensor(referenceChosen),
            ReferenceRejectedLogProbs = torch.tensor(referenceRejected),
        };
        using PreferenceOutput output = PreferenceLosses.Compute(pairs, new PreferenceOptions { LossTypes = [name], Beta = 1 });
        Close.To([(Math.Log(1 + Math.E) + Math.Log(1 + 1 / Math.E)) / 2], output.Loss, absolute: 2e-6);
    }

    public static TheoryData<string> SeparableLosses() => [.. PreferenceLosses.Names.Where(name => !PreferenceLosses.CouplesPairs(name, weighted: false))];

    [Theory, MemberData(nameof(SeparableLosses))]
    public void Compute_MicroBatchesWithTheStepsTotals_SumToTheStep(string name)
    {
        using var scope = torch.NewDisposeScope();
        PreferenceInputs whole = TwoPairs();
        var options = new PreferenceOptions { LossTypes = [name], Beta = 0.25, LabelSmoothing = 0.1 };
        using PreferenceOutput once = PreferenceLosses.Compute(whole, options);
        once.Loss.backward();
        double[] gradient = Close.Doubles(whole.ChosenLogProbs.grad!);
        double sum = 0;
        for (int i = 0; i < 2; i++)
        {
            using PreferenceOutput part = PreferenceLosses.Compute(Row(whole, i), options with { Totals = new PreferenceTotals(2, 7) });
            part.Loss.backward();
            sum += part.Loss.ToDouble();
        }
        Close.Numbers([once.Loss.ToDouble()], [sum]);
        Close.To([.. gradient.Select(g => 2 * g)], whole.ChosenLogProbs.grad!);
    }

    [Fact]
    public void Compute_BadOptions_SaysWhatAndHowToMendIt()
    {
        using var scope = torch.NewDisposeScope();
        PreferenceInputs pair = Pair(0, 0);
        Assert.Contains("aot, aot_unpaired", Assert.Throws<ArgumentException>(() => PreferenceLosses.Compute(pair, new PreferenceOptions { LossTypes = ["sigmoidal"] })).Message);
        Assert.Contains("0.001", Assert.Throws<ArgumentException>(() => PreferenceLosses.Compute(pair, new PreferenceOptions { LossTypes = ["exo_pair"] })).Message);
        Assert.Equal(3, new PreferenceOptions { Beta = 0, LabelSmoothing = 0.5, LossWeights = [1, 2] }.Faults("dpo").Count());
        Assert.Throws<ShapeException>(() => PreferenceLosses.Compute(pair with { RejectedLengths = torch.ones(2) }, new PreferenceOptions()));
    }

    // The chosen completion of length 2 has log-probability −1.5, the rejected one of length 4 has −3; the reference makes the log-ratios.
    private static PreferenceInputs Pair(double chosenRatio, double rejectedRatio) => new()
    {
        ChosenLogProbs = torch.tensor(new[] { -1.5f }).requires_grad_(),
        RejectedLogProbs = torch.tensor(new[] { -3f }).requires_grad_(),
        ReferenceChosenLogProbs = torch.tensor(new[] { (float)(-1.5 - chosenRatio) }),
        ReferenceRejectedLogProbs = torch.tensor(new[] { (float)(-3 - rejectedRatio) }),
        ChosenLengths = torch.tensor(new[] { 2L }),
        RejectedLengths = torch.tensor(new[] { 4L }),
    };

    // The pair above, and one with the log-ratios exchanged; chosen lengths 2 and 5.
    private static PreferenceInputs TwoPairs() => new()
    {
        ChosenLogProbs = torch.tensor(new[] { -1.5f, -2f }).requires_grad_(),
        RejectedLogProbs = torch.tensor(new[] { -3f, -1f }).requires_grad_(),
        ReferenceChosenLogProbs = torch.tensor(new[] { (float)(-1.5 - Math.Log(4)), (float)(-2 + Math.Log(2)) }),
        ReferenceRejectedLogProbs = torch.tensor(new[] { (float)(-3 + Math.Log(2)), (float)(-1 - Math.Log(4)) }),
        ChosenLengths = torch.tensor(new[] { 2L, 5L }),
        RejectedLengths = torch.tensor(new[] { 4L, 3L }),
    };

    private static PreferenceInputs Row(PreferenceInputs all, int i) => all with
    {
        ChosenLogProbs = all.ChosenLogProbs.narrow(0, i, 1),
        RejectedLogProbs = all.RejectedLogProbs.narrow(0, i, 1),
        ReferenceChosenLogProbs = all.ReferenceChosenLogProbs.narrow(0, i, 1),
        ReferenceRejectedLogProbs = all.ReferenceRejectedLogProbs.narrow(0, i, 1),
        ChosenLengths = all.ChosenLengths.narrow(0, i, 1),
        RejectedLengths = all.RejectedLengths.narrow(0, i, 1),
    };
}
