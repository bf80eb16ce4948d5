using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>The sweep of one weight, drawn and in figures, with its hypervolume.</summary>
internal static class FrontierSection
{
    public static void Append(StringBuilder page, ArmFigures figures, ArmColors colors)
    {
        if (figures.Result.Frontier is not { } all)
            return;
        FrontierResult frontier = all with { Points = all.Points.Where(point => Known(point, all.ObjectiveX) && Known(point, all.ObjectiveY)).ToArray() };
        if (frontier.Points.Count == 0)
            return;
        string judge = frontier.Judge.Length > 0 ? $", by the {Escape(frontier.Judge)}" : "";
        string corner = string.Join(", ", frontier.Reference.Select(Figures.Score));
        page.Append($"<h2 id=\"frontier\">The frontier</h2>\n<p class=\"soft small\">One weight swept: what {Escape(frontier.ObjectiveY)} costs in {Escape(frontier.ObjectiveX)}{judge}. Filled: the sweep, named by its weight; hollow: other arms.</p>\n<div class=\"grid wide\">\n");
        page.Append($"<figure><figcaption>Hypervolume {Figures.Score(frontier.Hypervolume)} <span class=\"soft\">above ({corner})</span></figcaption>{FrontierChart.Render(frontier, colors)}</figure>\n");
        string[] columns = [frontier.ObjectiveX, frontier.ObjectiveY, .. figures.Result.Objectives.Where(objective => objective != frontier.ObjectiveX && objective != frontier.ObjectiveY && frontier.Points.Any(point => Known(point, objective)))];
        page.Append($"<div><div class=\"scroll\"><table class=\"frontier\"><thead><tr><th>point</th>{string.Concat(columns.Select(column => $"<th>{Escape(column)}</th>"))}</tr></thead><tbody>\n");
        foreach (FrontierPoint point in frontier.Points.OrderBy(point => point.Weight ?? double.PositiveInfinity))
            page.Append($"<tr><th>{Escape(point.Weight is null ? point.Label : $"weight {point.Label}")}</th>{string.Concat(columns.Select(column => $"<td>{Figures.Score(point.Values.GetValueOrDefault(column, double.NaN))}</td>"))}</tr>\n");
        page.Append("</tbody></table></div></div>\n</div>\n");
    }

    private static bool Known(FrontierPoint point, string objective) => point.Values.TryGetValue(objective, out double value) && double.IsFinite(value);
}
