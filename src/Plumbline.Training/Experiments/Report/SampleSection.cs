using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>The answers of all arms to the same prompts, side by side where there is room, stacked where there is not.</summary>
internal static class SampleSection
{
    private const int Open = 4;

    public static void Append(StringBuilder page, ExperimentResult result, ArmColors colors)
    {
        if (result.Samples.Count == 0)
            return;
        page.Append("<h2 id=\"samples\">Sample answers</h2>\n<p class=\"soft small\">The same held-out prompts for all arms.</p>\n");
        foreach (SampleRow row in result.Samples.Take(Open))
            Row(page, result, row, colors);
        if (result.Samples.Count <= Open)
            return;
        page.Append($"<details><summary>{result.Samples.Count - Open} more</summary>\n");
        foreach (SampleRow row in result.Samples.Skip(Open))
            Row(page, result, row, colors);
        page.Append("</details>\n");
    }

    private static void Row(StringBuilder page, ExperimentResult result, SampleRow row, ArmColors colors)
    {
        string kind = row.Kind.Length > 0 ? $"<p class=\"soft small\">{Escape(row.Kind.Replace('_', ' '))}</p>" : "";
        page.Append($"<section class=\"card sample\"><p class=\"prompt\">{Escape(row.Prompt)}</p>{kind}<div class=\"answers\">\n");
        foreach (string arm in result.Arms.Select(arm => arm.Name).Where(row.Answers.ContainsKey))
            page.Append($"<div><h4><span class=\"swatch\" style=\"--c:{colors[arm]}\"></span>{Escape(arm)}</h4><p>{(row.Answers[arm].Length > 0 ? Escape(row.Answers[arm]) : "<span class=\"soft\">(empty)</span>")}</p></div>\n");
        page.Append("</div></section>\n");
    }
}
