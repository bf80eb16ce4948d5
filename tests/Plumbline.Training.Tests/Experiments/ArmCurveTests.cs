using Plumbline.Training.Experiments;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Experiments;

public sealed class ArmCurveTests
{
    // 120 steps of half a second in 60 points: each a mean of two; the last stands at 60 seconds and 1,200 tokens.
    [Fact]
    public void Of_ManySteps_KeepsSixtyMeans()
    {
        MetricsRow[] rows = [.. Enumerable.Range(1, 120).Select(i => new MetricsRow(i, new Dictionary<string, double>
        {
            ["reward"] = i, ["rewards/safety/mean"] = i / 2.0, ["step_time"] = 0.5, ["num_generated_tokens"] = 10 * i,
        }))];
        IReadOnlyList<CurvePoint> curve = ArmCurve.Of(rows);
        Assert.Equal(60, curve.Count);
        Assert.Equal((1.5, 0.75), (curve[0].Reward!.Value, curve[0].Objectives["safety"]));
        Assert.Equal((120, 60.0, 1200L), (curve[^1].Step, curve[^1].Seconds, curve[^1].GeneratedTokens));
    }

    // Smoothed over five points: 0, 0, 0, 0, 1, 1, 1 has the means 0, 0, 0, 0, 0.2, 0.4, 0.6, so 0.5 is reached with the seventh.
    [Fact]
    public void Reaching_ASpike_IsNotEnough()
    {
        CurvePoint[] curve = [.. new double[] { 0, 0, 0, 0, 1, 1, 1 }.Select((r, i) => new CurvePoint { Step = i + 1, Reward = r })];
        Assert.Equal(7, ArmCurve.Reaching(curve, 0.5)!.Step);
        Assert.Null(ArmCurve.Reaching(curve, 0.7));
    }
}
