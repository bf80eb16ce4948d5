using System.Text;
using Plumbline.Training.Experiments.Results;
using static System.FormattableString;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Refusals by attack family beside over-refusal, and what the answers are like as text.</summary>
internal static class SafetySection
{
    public static void Append(StringBuilder page, ArmFigures figures)
    {
        Refusals(page, figures.Main);
        Texts(page, figures.Main);
    }

    private static void Refusals(StringBuilder page, ArmResult[] arms)
    {
        string[] families = arms.SelectMany(arm => arm.Runs).SelectMany(run => run.Refusal.Keys).Distinct().ToArray();
        bool over = arms.Any(arm => arm.Runs.Any(run => run.OverRefusal is not null));
        if (families.Length == 0 && !over)
            return;
        page.Append($"<h2 id=\"refusals\">Refusals</h2>\n<p class=\"soft small\">Share of harmful prompts refused, by how the harm is wrapped (higher is better){(over ? "; last, the share of harmless prompts refused (lower is better)" : "")}. ± over seeds, where it is half a point or more.</p>\n");
        page.Append($"<div class=\"scroll\"><table class=\"refusals\"><thead><tr><th>attack</th>{string.Concat(arms.Select(arm => $"<th>{Escape(arm.Name)}</th>"))}</tr></thead><tbody>\n");
        foreach (string family in families)
            Row(page, arms, family.Replace('_', ' '), "", run => run.Refusal.GetValueOrDefault(family, double.NaN));
        if (families.Length > 1)
            Row(page, arms, "all families", "rule", run => ArmFigures.Mean(run.Refusal.Values));
        if (over)
            Row(page, arms, "harmless, refused", "rule", run => run.OverRefusal ?? double.NaN);
        page.Append("</tbody></table></div>\n");
    }

    private static void Row(StringBuilder page, ArmResult[] arms, string name, string kind, Func<ArmRun, double> rate)
    {
        page.Append($"<tr class=\"{kind}\"><th>{Escape(name)}</th>");
        foreach (ArmResult arm in arms)
        {
            double mean = ArmFigures.Mean(arm.Runs.Select(rate)), spread = ArmFigures.Spread(arm.Runs.Select(rate));
            string around = spread >= 0.005 ? $"<small>± {Figures.Percent(spread)}</small>" : "";
            page.Append(Invariant($"<td class=\"heat\" style=\"--v:{(double.IsFinite(mean) ? mean : 0):0.##}\">{Figures.Percent(mean)}{around}</td>"));
        }
        page.Append("</tr>\n");
    }

    private static void Texts(StringBuilder page, ArmResult[] arms)
    {
        (string Name, Func<ArmRun, double?> Of, Func<double, string> Text)[] columns =
        [
            ("KL, nats a token", run => run.Kl, Figures.Score), ("tokens", run => run.MeanLength, value => Invariant($"{value:0.0}")),
            ("distinct-1", run => run.Distinct1, Figures.Score), ("distinct-2", run => run.Distinct2, Figures.Score),
            ("repetition", run => run.Repetition, Figures.Score), ("cut off", run => run.Truncated, Figures.Percent),
        ];
        columns = columns.Where(column => arms.Any(arm => arm.Runs.Any(run => column.Of(run) is not null))).ToArray();
        if (columns.Length == 0)
            return;
        page.Append($"<h2 id=\"texts\">The answers as text</h2>\n<p class=\"soft small\">Means over held-out answers. A method that wins by length, by repetition or by leaving the reference far behind shows it here.</p>\n<div class=\"scroll\"><table class=\"texts\"><thead><tr><th>arm</th>{string.Concat(columns.Select(column => $"<th>{column.Name}</th>"))}</tr></thead><tbody>\n");
        foreach (ArmResult arm in arms)
        {
            page.Append($"<tr><th>{Escape(arm.Name)}</th>");
            foreach (var (_, of, text) in columns)
                page.Append($"<td>{(ArmFigures.Mean(arm.Runs.Select(of)) is var mean && double.IsFinite(mean) ? text(mean) : Figures.Unknown)}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }
}
