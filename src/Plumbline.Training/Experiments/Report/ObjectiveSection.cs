using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Arms by objectives: a drawing an objective, then one table a judge, the headline judge's open.</summary>
internal static class ObjectiveSection
{
    public static void Append(StringBuilder page, ArmFigures figures, ArmColors colors)
    {
        ExperimentResult result = figures.Result;
        if (figures.Main.Length == 0)
            return;
        page.Append($"<h2 id=\"objectives\">Objectives</h2>\n<p class=\"soft small\">Held-out prompts, scored by the {Escape(result.HeadlineJudge)}. Dot: mean; strokes: seeds; dashed: the base.</p>\n<div class=\"grid wide\">\n");
        foreach (string objective in result.Objectives)
        {
            DotChart.Arm[] arms = figures.Main
                .Select(arm => new DotChart.Arm(arm.Name, colors[arm.Name], arm.Runs.Select(run => ArmFigures.Score(run, result.HeadlineJudge, objective)).ToArray()))
                .Where(arm => arm.Seeds.Any(double.IsFinite)).ToArray();
            if (arms.Length > 0)
                page.Append($"<figure><figcaption>{Escape(objective)}</figcaption>{DotChart.Render(objective, arms, figures.Base is null ? double.NaN : ArmFigures.Score(figures.Base, result.HeadlineJudge, objective))}</figure>\n");
        }
        page.Append("</div>\n");
        page.Append($"<h3>By the {Escape(result.HeadlineJudge)}</h3>\n<p class=\"soft small\">{Caption(figures)}</p>\n");
        Table(page, figures, result.HeadlineJudge);
        foreach (string judge in result.Judges.Where(judge => judge != result.HeadlineJudge))
        {
            string note = judge == result.TrainingJudge ? ", which training maximised" : "";
            string best = figures.Best(judge) is { } arm ? $": best over all is {arm.Name}, {Figures.Score(figures.Overall(arm, judge))}" : "";
            page.Append($"<details><summary>By the {Escape(judge)}{note}{Escape(best)}</summary>\n");
            Table(page, figures, judge);
            page.Append("</details>\n");
        }
    }

    private static string Caption(ArmFigures figures)
    {
        int seeds = figures.Main.Max(arm => arm.Runs.Count);
        string spread = seeds > 1 ? $"the standard deviation over {seeds} seeds" : "half the 95 % interval over answers (one seed)";
        return $"Mean ± {spread}; below it the difference to the base. ★ best of its column. “All” is the mean by the training weights; “won” the share of prompts on which the {Escape(figures.Result.HeadlineJudge)} prefers the arm to the base, with its 95 % interval.";
    }

    private static void Table(StringBuilder page, ArmFigures figures, string judge)
    {
        IReadOnlyList<string> objectives = figures.Result.Objectives;
        bool wins = judge == figures.Result.HeadlineJudge && figures.Main.Any(arm => arm.Runs.Any(run => run.WinRate is not null));
        page.Append("<div class=\"scroll\"><table class=\"objectives\"><thead><tr><th>arm</th>");
        foreach (string objective in objectives.Append("all"))
            page.Append($"<th>{Escape(objective)}</th>");
        page.Append(wins ? "<th>won</th>" : "").Append("</tr></thead><tbody>\n");
        foreach (ArmResult arm in figures.Main)
        {
            page.Append($"<tr><th>{Escape(arm.Name)}</th>");
            foreach (string objective in objectives)
                Cell(page, figures, arm, other => ArmFigures.Score(other, judge, objective), ArmFigures.Spread(arm, judge, objective));
            Cell(page, figures, arm, other => figures.Overall(other, judge), ArmFigures.Spread(arm.Runs.Select(run => figures.Overall(run, judge))));
            page.Append(wins ? $"<td>{Won(arm)}</td>" : "").Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static void Cell(StringBuilder page, ArmFigures figures, ArmResult arm, Func<ArmResult, double> score, double spread)
    {
        double value = score(arm), best = figures.Main.Select(score).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        string rank = double.IsFinite(value) && best - value < 0.0005 ? " class=\"best\"" : "";
        string around = double.IsFinite(spread) ? $" <span class=\"soft around\">± {Figures.Score(spread)}</span>" : "";
        string change = figures.Base is { } start && arm != start ? Html.Change(value - score(start)) : "";
        page.Append($"<td><span{rank}>{Figures.Score(value)}</span>{around}{change}</td>");
    }

    private static string Won(ArmResult arm)
    {
        Interval[] rates = arm.Runs.Select(run => run.WinRate).OfType<Interval>().ToArray();
        return rates.Length == 0 ? Figures.Unknown
            : $"{Figures.Percent(rates.Average(rate => rate.Mean))}<small>{Figures.Percent(rates.Average(rate => rate.Low))} to {Figures.Percent(rates.Average(rate => rate.High))}</small>";
    }
}
