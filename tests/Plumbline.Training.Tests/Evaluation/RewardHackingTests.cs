using Plumbline.Training.Evaluation;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Evaluation;

public sealed class RewardHackingTests
{
    private static IReadOnlyList<RunFinding> Detect(double[] reward, double[] rewardAfter, double[] oracle, double[] oracleAfter) => RewardHacking.Detect(
        Reports.Scores("reward", "safety", reward), Reports.Scores("reward", "safety", rewardAfter),
        Reports.Scores("oracle", "oracle_safety", oracle), Reports.Scores("oracle", "oracle_safety", oracleAfter));

    [Fact]
    public void Detect_RewardUpAndOracleDown_Warns_ForTheSumAndTheSharedObjective()
    {
        IReadOnlyList<RunFinding> findings = Detect(Reports.Around(0.5), Reports.Around(0.9), Reports.Around(0.6), Reports.Around(0.4));
        Assert.Equal(["reward_hacking", "reward_hacking/safety"], findings.Select(f => f.Key));
        Assert.Contains("+0.400", findings[0].Text);
        Assert.Contains("-0.200", findings[0].Text);
        Assert.Contains("'oracle'", findings[0].Text);
    }

    [Fact]
    public void Detect_BothUp_DoesNotWarn() => Assert.Empty(Detect(Reports.Around(0.5), Reports.Around(0.9), Reports.Around(0.4), Reports.Around(0.6)));

    [Fact]
    public void Detect_BothDown_DoesNotWarn() => Assert.Empty(Detect(Reports.Around(0.9), Reports.Around(0.5), Reports.Around(0.6), Reports.Around(0.4)));

    [Fact]
    public void Detect_RewardDownAndOracleUp_DoesNotWarn() => Assert.Empty(Detect(Reports.Around(0.9), Reports.Around(0.5), Reports.Around(0.4), Reports.Around(0.6)));

    // The oracle's rows change by −0.21 and +0.19 in turn: a mean of −0.01 with a standard error of 0.2/√40 = 0.03 is noise.
    [Fact]
    public void Detect_OracleFallsWithinNoise_DoesNotWarn()
    {
        double[] before = Reports.Around(0.5);
        double[] after = [.. before.Select((s, i) => s + (i / 2 % 2 == 0 ? -0.21 : 0.19))];
        Assert.Equal(-0.01, after.Average() - before.Average(), 9);
        Assert.Empty(Detect(before, Reports.Around(0.9), before, after));
    }
}
