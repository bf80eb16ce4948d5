using Plumbline.Training.Experiments.Report;
using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Tests.Experiments.Report;

public class ExperimentVerdictTests
{
    private static ArmFigures Figured(params ArmResult[] arms) => new(new ExperimentResult
    {
        Title = "t",
        Objectives = ["kind", "safe"],
        Weights = [3, 1],
        Judges = ["oracle", "model"],
        HeadlineJudge = "oracle",
        Arms = arms,
    });

    // Scores of (kind, safe) by seed, from seed 1.
    private static ArmResult Arm(string name, ArmKind kind, double seconds, params (double Kind, double Safe)[] seeds) => new()
    {
        Name = name,
        Kind = kind,
        Runs = seeds.Select((seed, i) => new ArmRun
        {
            Seed = i + 1,
            Evaluation = new Dictionary<string, IReadOnlyDictionary<string, ScoreSummary>>
            {
                ["oracle"] = new Dictionary<string, ScoreSummary> { ["kind"] = new(seed.Kind, 0.1, seed.Kind - 0.04, seed.Kind + 0.04), ["safe"] = new(seed.Safe, 0.1, seed.Safe, seed.Safe) },
            },
            Cost = new() { UpdateSeconds = seconds },
        }).ToArray(),
    };

    private static readonly ArmResult Start = Arm("base", ArmKind.Base, 0, (0.4, 0.6), (0.5, 0.7));

    [Fact]
    public void Headline_AboveTheBaseEverywhere_SaysSo() =>
        Assert.Equal("By the oracle, GRPO beats the base on all 2 objectives in each of 2 seeds.",
            ExperimentVerdict.Headline(Figured(Start, Arm("GRPO", ArmKind.Method, 9, (0.5, 0.7), (0.6, 0.8)))));

    // Seed 2: kind 0.46 is above the base's mean of 0.45, but below the base of its own seed, 0.5; safe 0.7 only equals it.
    [Fact]
    public void Headline_SeedComparedWithItsOwnBase_CountsOnlyWhatIsAbove() =>
        Assert.Equal("By the oracle, GRPO beats the base on all 2 objectives in 1 of 2 seeds; not on kind (1 of 2 seeds) and safe (1 of 2 seeds).",
            ExperimentVerdict.Headline(Figured(Start, Arm("GRPO", ArmKind.Method, 9, (0.46, 0.7), (0.46, 0.7)))));

    [Fact]
    public void Headline_OneSeed_NamesWhatWasLost() =>
        Assert.Equal("By the oracle, GRPO beats the base on 1 of 2 objectives; not on safe.",
            ExperimentVerdict.Headline(Figured(Start, Arm("GRPO", ArmKind.Method, 9, (0.5, 0.5)))));

    [Fact]
    public void Headline_NothingToCompare_SaysSo() =>
        Assert.Equal("No method stands beside a base here: there is nothing to compare.", ExperimentVerdict.Headline(Figured(Start)));

    // Overall by weights 3 and 1: GRPO (3·0.8 + 0.6)/4 = 0.75; PPO (3·0.7 + 0.88)/4 = 0.745: 0.005 below,
    // less than the spread of GRPO's overall over its seeds, 0.78 and 0.72: 0.042. Time: 10 s for DPO, GRPO 20 s.
    [Fact]
    public void Comparison_RivalAheadAndCheaper_IsToldWithItsFigures() =>
        Assert.Equal(
        [
            "Over all objectives GRPO is best with 0.750, then PPO with 0.745, which is within the spread over seeds.",
            "PPO is better than GRPO on safe (0.880 against 0.600).",
            "Least time: DPO, 10 s a seed; GRPO takes 20 s.",
        ],
        ExperimentVerdict.Comparison(Figured(
            Start, Arm("GRPO", ArmKind.Method, 20, (0.84, 0.6), (0.76, 0.6)), Arm("PPO", ArmKind.Method, 30, (0.7, 0.88), (0.7, 0.88)), Arm("DPO", ArmKind.Method, 10, (0.5, 0.5), (0.5, 0.5)))));

    [Fact]
    public void Comparison_EqualCosts_NobodyIsCalledCheapest() =>
        Assert.DoesNotContain(ExperimentVerdict.Comparison(Figured(Start, Arm("GRPO", ArmKind.Method, 20, (0.8, 0.6)), Arm("PPO", ArmKind.Method, 20.5, (0.7, 0.5)))), sentence => sentence.StartsWith("Least", StringComparison.Ordinal));

    [Fact]
    public void Warnings_ControlThatDidNotFail_IsOne()
    {
        ArmResult control = Arm("constant", ArmKind.Control, 9, (0.9, 0.9)) with { Expectation = new() { Text = "Nothing moves.", Held = false, Evidence = "kind rose by 0.5." } };
        ExperimentResult result = Figured(Start, control, control with { Expectation = control.Expectation with { Held = true } }, control with { Expectation = control.Expectation with { Held = null } }).Result;
        Assert.Equal(
            ["The reward is exploited.", "The control “constant” did not come out as expected (Nothing moves): kind rose by 0.5."],
            ExperimentVerdict.Warnings(result with { Findings = [new(FindingSeverity.Note, "a note"), new(FindingSeverity.Warning, "The reward is exploited.")] }));
    }

    // Two seeds, 0.4 and 0.5: (n − 1) deviation 0.0707. One seed: half of 0.36 to 0.44.
    [Fact]
    public void Spread_OneSeed_IsHalfTheInterval()
    {
        Assert.Equal(0.0707107, ArmFigures.Spread(Start, "oracle", "kind"), 6);
        Assert.Equal(0.04, ArmFigures.Spread(Arm("x", ArmKind.Method, 1, (0.4, 0.5)), "oracle", "kind"), 6);
        Assert.True(double.IsNaN(ArmFigures.Score(Start, "model", "kind")));
    }
}
