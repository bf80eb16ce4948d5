using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>The search of the learning rates, so that one can see that no arm was starved.</summary>
internal static class SearchSection
{
    public static void Append(StringBuilder page, ExperimentResult result)
    {
        if (result.Search.Count == 0)
            return;
        double[] rates = result.Search.Select(trial => trial.LearningRate).Distinct().Order().ToArray();
        page.Append($"<h2 id=\"search\">Learning rates</h2>\n<p class=\"soft small\">Every arm had the same small search. The score of each trial{(result.SearchJudge is { } judge ? $" by the {Escape(judge)}, on training prompts" : "")}, higher is better; ★ the rate that the arm ran with; {Figures.Unknown} a trial that broke down.</p>\n<div class=\"scroll\"><table class=\"search\"><thead><tr><th>arm</th>{string.Concat(rates.Select(rate => $"<th>{Figures.Rate(rate)}</th>"))}</tr></thead><tbody>\n");
        foreach (var arm in result.Search.GroupBy(trial => trial.Arm))
        {
            page.Append($"<tr><th>{Escape(arm.Key)}</th>");
            foreach (double rate in rates)
                page.Append(arm.FirstOrDefault(trial => trial.LearningRate == rate) is { } trial
                    ? $"<td><span{(trial.Chosen ? " class=\"best\"" : "")}>{Figures.Score(trial.Score)}</span></td>"
                    : "<td></td>");
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }
}
