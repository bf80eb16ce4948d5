using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Learning curves: one drawing an objective, then the reward and the divergence, a line an arm, over what the budget counts.</summary>
internal static class CurveSection
{
    public static void Append(StringBuilder page, ArmFigures figures, ArmColors colors)
    {
        ExperimentResult result = figures.Result;
        var (axis, x) = Axis(result.Budget.Kind);
        (string Name, Func<CurvePoint, double> Value)[] quantities =
        [
            .. result.Objectives.Select(objective => (objective, (Func<CurvePoint, double>)(point => point.Objectives.GetValueOrDefault(objective, double.NaN)))),
            ("reward, weighted", point => point.Reward ?? double.NaN), ("KL to the reference, nats a token", point => point.Kl ?? double.NaN),
        ];
        var drawings = quantities.Select(quantity => (quantity.Name, Series: figures.Main
                .Select(arm => new LineChart.Series(arm.Name, colors[arm.Name], arm.Runs.Select(run => Points(run, x, quantity.Value)).Where(points => points.Length > 0).ToArray()))
                .Where(series => series.Seeds.Count > 0).ToArray()))
            .Where(drawing => drawing.Series.Length > 0).ToArray();
        if (drawings.Length == 0)
            return;
        string[] shown = drawings.SelectMany(drawing => drawing.Series).Select(series => series.Name).Distinct().ToArray();
        string[] absent = figures.Main.Where(arm => arm != figures.Base && !drawings.Any(drawing => result.Objectives.Contains(drawing.Name) && drawing.Series.Any(series => series.Name == arm.Name))).Select(arm => arm.Name).ToArray();
        string without = absent.Length > 0 ? $" {Escape(string.Join(", ", absent))}: no reward is computed while training." : "";
        page.Append($"<h2 id=\"curves\">Learning curves</h2>\n<p class=\"soft small\">Training batches{(result.TrainingJudge is null ? "" : $", scored by the {Escape(result.TrainingJudge)}")}, smoothed. Strong: mean over seeds; faint: each seed.{without}</p>\n");
        page.Append(Html.Key(figures.Main.Where(arm => shown.Contains(arm.Name)).Select(arm => (arm.Name, colors[arm.Name]))));
        page.Append("<div class=\"grid\">\n");
        foreach (var (name, series) in drawings)
            page.Append($"<figure><figcaption>{Escape(name)}</figcaption>{LineChart.Render(name, axis, series)}</figure>\n");
        page.Append("</div>\n");
    }

    private static (string Name, Func<CurvePoint, double> Of) Axis(BudgetKind kind) => kind switch
    {
        BudgetKind.GeneratedTokens => ("tokens generated", point => point.GeneratedTokens),
        BudgetKind.TrainedTokens => ("tokens trained", point => point.TrainedTokens),
        _ => ("seconds", point => point.Seconds),
    };

    // An arm that does not move along the axis, such as DPO where generated tokens are counted, has no curve there.
    private static (double X, double Y)[] Points(ArmRun run, Func<CurvePoint, double> x, Func<CurvePoint, double> y)
    {
        var points = run.Curve.Select(point => (X: x(point), Y: y(point))).Where(point => double.IsFinite(point.Y)).ToArray();
        return points.Length > 1 && points[^1].X <= points[0].X ? [] : points;
    }
}
