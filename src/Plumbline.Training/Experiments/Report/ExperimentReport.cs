using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments.Report;

/// <summary>report.html of an experiment: one page that needs nothing else, no script and no network; the verdict first.</summary>
public static partial class ExperimentReport
{
    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="RunFolderException">The page cannot be written.</exception>
    public static void WriteHtml(string path, ExperimentResult result) => WholeFile.WriteText(path, Html(result));

    /// <summary>The page's text.</summary>
    internal static string Html(ExperimentResult result)
    {
        var figures = new ArmFigures(result);
        var colors = new ArmColors(result);
        var body = new StringBuilder();
        ObjectiveSection.Append(body, figures, colors);
        CurveSection.Append(body, figures, colors);
        CostSection.Append(body, figures);
        FrontierSection.Append(body, figures, colors);
        SafetySection.Append(body, figures);
        ProofSection.Append(body, figures);
        SampleSection.Append(body, result, colors);
        SearchSection.Append(body, result);
        SettingsSection.Append(body, result);

        var page = new StringBuilder();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{HtmlText.Escape(result.Title)}</title><style>
            {ReportStyle.Css}
            </style></head><body>
            <header><h1>{HtmlText.Escape(result.Title)}</h1>
            <p class="verdict">{HtmlText.Escape(ExperimentVerdict.Headline(figures))}</p>

            """);
        page.Append($"<p class=\"lead\">{HtmlText.Escape(string.Join(' ', ExperimentVerdict.Comparison(figures)))}</p>\n");
        Findings(page, result);
        page.Append($"<nav aria-label=\"Sections\">{string.Join(' ', Headings().Matches(body.ToString()).Select(heading => $"<a href=\"#{heading.Groups[1].Value}\">{heading.Groups[2].Value}</a>"))}</nav></header>\n<main>\n");
        return page.Append(body).Append("</main></body></html>\n").ToString();
    }

    private static void Findings(StringBuilder page, ExperimentResult result)
    {
        IReadOnlyList<string> warnings = ExperimentVerdict.Warnings(result);
        if (warnings.Count > 0)
            page.Append($"<ul class=\"warnings\" aria-label=\"Warnings\">{string.Concat(warnings.Select(text => $"<li>{HtmlText.Escape(text)}</li>"))}</ul>\n");
        foreach (ExperimentFinding note in result.Findings.Where(finding => finding.Severity == FindingSeverity.Note))
            page.Append($"<p class=\"soft small\">{HtmlText.Escape(note.Text)}</p>\n");
    }

    [GeneratedRegex("<h2 id=\"([a-z]+)\">([^<]+)</h2>")]
    private static partial Regex Headings();
}
