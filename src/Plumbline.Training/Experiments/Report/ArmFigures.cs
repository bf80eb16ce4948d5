using Plumbline.Core.Statistics;
using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Experiments.Report;

/// <summary>The figures that the page derives from a result: means over seeds, spreads, differences to the base, who is best.</summary>
/// <remarks>Values that are NaN are left out of a mean; a mean of nothing is NaN.</remarks>
internal sealed class ArmFigures(ExperimentResult result)
{
    /// <summary>The result itself.</summary>
    public ExperimentResult Result { get; } = result;

    /// <summary>The arm that was not trained; null where the experiment has none.</summary>
    public ArmResult? Base { get; } = result.Arms.FirstOrDefault(arm => arm.Kind == ArmKind.Base);

    /// <summary>The method that the experiment is about: GRPO, or else the first method.</summary>
    public ArmResult? Subject { get; } =
        result.Arms.FirstOrDefault(arm => arm.Kind == ArmKind.Method && arm.Name.Equals("grpo", StringComparison.OrdinalIgnoreCase))
        ?? result.Arms.FirstOrDefault(arm => arm.Kind == ArmKind.Method);

    /// <summary>Base, baselines and methods, as ordered.</summary>
    public ArmResult[] Main { get; } = result.Arms.Where(arm => arm.IsMain).ToArray();

    /// <summary>The methods.</summary>
    public ArmResult[] Methods { get; } = result.Arms.Where(arm => arm.Kind == ArmKind.Method).ToArray();

    /// <summary>One run's mean score; NaN where the judge does not know the objective.</summary>
    public static double Score(ArmRun run, string judge, string objective) =>
        run.Evaluation.TryGetValue(judge, out var scores) && scores.TryGetValue(objective, out ScoreSummary? score) ? score.Mean : double.NaN;

    /// <summary>The mean over seeds.</summary>
    public static double Score(ArmResult arm, string judge, string objective) => Mean(arm.Runs.Select(run => Score(run, judge, objective)));

    /// <summary>The standard deviation over seeds; with one seed, half the 95 % interval over its answers.</summary>
    public static double Spread(ArmResult arm, string judge, string objective)
    {
        if (arm.Runs.Count != 1)
            return Spread(arm.Runs.Select(run => Score(run, judge, objective)));
        return arm.Runs[0].Evaluation.TryGetValue(judge, out var scores) && scores.TryGetValue(objective, out ScoreSummary? score)
            ? (score.High - score.Low) / 2
            : double.NaN;
    }

    /// <summary>The objectives of one run as one number: their mean by the training weights.</summary>
    public double Overall(ArmRun run, string judge)
    {
        double sum = 0, weights = 0;
        for (int i = 0; i < Result.Objectives.Count; i++)
        {
            double score = Score(run, judge, Result.Objectives[i]), weight = i < Result.Weights.Count ? Result.Weights[i] : 1;
            if (double.IsFinite(score))
                (sum, weights) = (sum + weight * score, weights + weight);
        }
        return sum / weights;
    }

    /// <summary>The same over seeds.</summary>
    public double Overall(ArmResult arm, string judge) => Mean(arm.Runs.Select(run => Overall(run, judge)));

    /// <summary>The run of the base that a run is compared with: of the same seed, or else the only one there is.</summary>
    public ArmRun? BaseRun(ArmRun run) => Base?.Runs.FirstOrDefault(other => other.Seed == run.Seed) ?? (Base is { Runs: [var first, ..] } ? first : null);

    /// <summary>The objectives on which a run is above the base of its seed.</summary>
    public string[] Gains(ArmRun run, string judge) => Result.Objectives
        .Where(objective => BaseRun(run) is { } before && Score(run, judge, objective) > Score(before, judge, objective)).ToArray();

    /// <summary>The main arm with the greatest overall score; null when none was scored.</summary>
    public ArmResult? Best(string judge) => Main.Where(arm => double.IsFinite(Overall(arm, judge))).MaxBy(arm => Overall(arm, judge));

    /// <summary>The mean of the finite values.</summary>
    public static double Mean(IEnumerable<double> values) => Summary.Of(Finite(values)).Mean;

    /// <summary>The mean of what was measured.</summary>
    public static double Mean(IEnumerable<double?> values) => Mean(values.Select(value => value ?? double.NaN));

    /// <summary>The unbiased standard deviation of the finite values; NaN for fewer than two.</summary>
    public static double Spread(IEnumerable<double> values) => Summary.Of(Finite(values)).Std;

    private static double[] Finite(IEnumerable<double> values) => values.Where(double.IsFinite).ToArray();
}
