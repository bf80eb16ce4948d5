using Plumbline.Training.Experiments;
using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Tests.Experiments;

public sealed class ArmVerdictTests
{
    private static readonly string[] Objectives = ["helpful", "safety"];

    [Theory, InlineData(0.52, 0.5, true), InlineData(0.6, 0.6, false)]
    public void NoRise_IsHeldWithinNoise(double helpful, double safety, bool held) =>
        Assert.Equal(held, Verdict(ArmCheck.NoRise, Record(helpful, safety)).Held);

    [Theory, InlineData(0.1, 0.2, true), InlineData(0.5, 0.5, false)]
    public void IsWorse_MustFallByMoreThanNoise(double helpful, double safety, bool held) =>
        Assert.Equal(held, Verdict(ArmCheck.IsWorse, Record(helpful, safety)).Held);

    // The method's other objective, helpful, stands at 0.9: an arm at 0.4 pays for its safety, one at 0.9 does not.
    [Theory, InlineData(0.4, true), InlineData(0.9, false)]
    public void OthersPay_ComparesTheOtherObjectivesWithTheMethods(double helpful, bool held) =>
        Assert.Equal(held, Verdict(ArmCheck.OthersPay, Record(helpful, 1.0)).Held);

    [Theory, InlineData(0.2, 0.9, 0.3, true), InlineData(0.2, 0.9, 0.6, false), InlineData(0.9, 0.2, 0.3, false)]
    public void IsHacked_WantsARisingRewardAndAFallingJudge(double first, double last, double judged, bool held) =>
        Assert.Equal(held, Verdict(ArmCheck.IsHacked, Record(judged, judged, first, last)).Held);

    // Weighted 3 to 1, helpful −0.1 and safety +0.2 come to (3 · 0.4 + 0.7)/4 = 0.475, below the base's 0.5 by less than noise; unweighted they would have risen by 0.05.
    [Fact]
    public void Means_AreWeighedAsTrainingWeighs()
    {
        var plan = new ArmPlan { Key = "x", Name = "x", Algorithm = ArmAlgorithm.Grpo, Kind = ArmKind.Control, Check = ArmCheck.NoRise };
        ArmExpectation verdict = ArmVerdict.Of(plan, [Record(0.4, 0.7)], [Record(0.5, 0.5)], null, Objectives, [3, 1], "oracle")!;
        Assert.Equal((true, "weighted oracle mean 0.500 to 0.475"), (verdict.Held, verdict.Evidence));
    }

    private static ArmExpectation Verdict(ArmCheck check, ArmRecord record)
    {
        var plan = new ArmPlan { Key = "x", Name = "x", Algorithm = ArmAlgorithm.Grpo, Kind = ArmKind.Control, Check = check, Sweep = ("safety", double.PositiveInfinity) };
        return ArmVerdict.Of(plan, [record], [Record(0.5, 0.5)], [Record(0.9, 0.9)], Objectives, [1, 1], "oracle")!;
    }

    private static ArmRecord Record(double helpful, double safety, double first = 0, double last = 0) => new(
        new ArmRun
        {
            Seed = 1,
            Evaluation = new Dictionary<string, IReadOnlyDictionary<string, ScoreSummary>>
            {
                ["oracle"] = new Dictionary<string, ScoreSummary> { ["helpful"] = new(helpful, 0, 0, 0), ["safety"] = new(safety, 0, 0, 0) },
            },
            Curve = [new CurvePoint { Step = 1, Reward = first }, new CurvePoint { Step = 2, Reward = last }],
        },
        [], [], Hacked: last > first);
}
