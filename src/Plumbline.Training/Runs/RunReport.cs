using System.Text;
using static System.FormattableString;

namespace Plumbline.Training.Runs;

/// <summary>report.html: the outcome of a run on one page that needs nothing else, no script and no network.</summary>
public static class RunReport
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #1d2430; --soft: #5b6675; --page: #fbfbf9; --card: #ffffff; --edge: #dfe2e6; --line: #1f6feb; --up: #14713d; --down: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --soft: #9aa5b4; --page: #14171c; --card: #1c2027; --edge: #333a45; --line: #6ea8fe; --up: #5dc98a; --down: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--page); }
        h1 { font-size: 1.1rem; font-weight: 600; color: var(--soft); margin: 0; }
        h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
        .verdict { font-size: 1.45rem; line-height: 1.35; margin: 0 0 .4rem; }
        table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--edge); font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: .5rem .7rem; border-bottom: 1px solid var(--edge); }
        th { font-size: .85rem; color: var(--soft); }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.text { white-space: pre-wrap; overflow-wrap: anywhere; } .samples { table-layout: fixed; } .cost td.number { white-space: normal; overflow-wrap: anywhere; } .cost td:first-child { white-space: nowrap; }
        .up { color: var(--up); } .down { color: var(--down); } .soft { color: var(--soft); font-size: .85rem; }
        .curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: .8rem; }
        figure { margin: 0; padding: .6rem; background: var(--card); border: 1px solid var(--edge); }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
        .grid { stroke: var(--edge); } path { fill: none; stroke: var(--line); stroke-linejoin: round; } .mean { stroke-width: 2; } .raw { opacity: .3; }
        summary { cursor: pointer; } pre { font-size: .85rem; overflow-x: auto; padding: .8rem; background: var(--card); border: 1px solid var(--edge); }
        @media (max-width: 40rem) {
          .objectives thead { display: none; } .objectives tr { display: grid; grid-template-columns: 1fr max-content max-content; gap: 0 .5rem; padding: .5rem .6rem; border-bottom: 1px solid var(--edge); }
          .objectives td { padding: 0; border: 0; grid-row: 2; } .objectives td:first-child { grid-area: 1 / 1 / 2 / 3; font-weight: 600; } .objectives td:last-child { grid-area: 1 / 3; }
          .objectives .soft { font-size: .78rem; } .objectives td:nth-child(2) { font-size: .85rem; color: var(--soft); } .objectives td:nth-child(4)::before { content: "→ "; color: var(--soft); }
          .samples thead { display: none; } .samples td { display: block; } .samples td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: .8rem; } }
        """;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="RunFolderException">The page cannot be written, or the metrics cannot be read.</exception>
    public static void WriteHtml(string path, ReportModel model)
    {
        var page = new StringBuilder();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{HtmlText.Escape(model.Title)}</title><style>
            {Style}
            </style></head><body>
            <p class="verdict">{HtmlText.Escape(model.Verdict)}</p>
            <h1>{HtmlText.Escape(model.Title)}</h1>

            """);
        Objectives(page, model.ObjectiveRows);
        if (model.MetricsPath is not null)
            Curves(page, MetricsLog.Read(model.MetricsPath));
        Samples(page, model.Samples);
        Cost(page, model.Cost);
        if (model.RecipeYaml is not null)
            page.Append($"<h2>Settings</h2><details><summary>The recipe, every default resolved</summary><pre>{HtmlText.Escape(model.RecipeYaml)}</pre></details>\n");
        WholeFile.WriteText(path, page.Append("</body></html>\n").ToString());
    }

    private static void Objectives(StringBuilder page, IReadOnlyList<ObjectiveRow> rows)
    {
        if (rows.Count == 0)
            return;
        page.Append("<h2>Objectives, before and after</h2><table class=\"objectives\"><thead><tr><th>objective</th><th>judge</th><th class=\"number\">before</th><th class=\"number\">after</th><th class=\"number\">change</th></tr></thead><tbody>\n");
        foreach (ObjectiveRow row in rows)
        {
            double change = row.After - row.Before;
            string direction = change > 0 ? "up" : change < 0 ? "down" : "";
            page.Append(Invariant($"<tr><td>{HtmlText.Escape(row.Name)}</td><td>{HtmlText.Escape(row.Judge)}</td><td class=\"number\">{row.Before:0.000}{Spread(row.BeforeSpread)}</td><td class=\"number\">{row.After:0.000}{Spread(row.AfterSpread)}</td><td class=\"number {direction}\">{change:+0.000;−0.000;0.000}</td></tr>\n"));
        }
        page.Append("</tbody></table>\n");
    }

    private static string Spread(double? spread) => spread is null ? "" : Invariant($" <span class=\"soft\">± {spread:0.000}</span>");

    private static void Curves(StringBuilder page, IReadOnlyList<MetricsRow> rows)
    {
        string[] names = rows.SelectMany(row => row.Metrics.Keys).Distinct().ToArray();
        string[] objectives = names.Where(name => name.StartsWith("rewards/", StringComparison.Ordinal) && name.EndsWith("/mean", StringComparison.Ordinal)).ToArray();
        string[] headline = names.Contains(MetricNames.Reward) ? [MetricNames.Reward] : [MetricNames.Loss, "eval_loss"];
        var curves = headline.Concat(objectives).Append(MetricNames.Kl)
            .Select(name => (Name: name, Points: rows.Where(row => row.Metrics.ContainsKey(name)).Select(row => (row.Step, Value: row.Metrics[name])).ToArray()))
            .Where(curve => curve.Points.Any(point => double.IsFinite(point.Value))).ToArray();
        if (curves.Length == 0)
            return;
        page.Append("<h2>Learning curves</h2><div class=\"curves\">\n");
        foreach (var (name, points) in curves)
            page.Append($"<figure><figcaption>{HtmlText.Escape(name)} <span class=\"soft\">{Ends(points)}</span></figcaption>{SvgChart.Render(name, points)}</figure>\n");
        page.Append("</div>\n");
    }

    private static string Ends((int Step, double Value)[] points) => Invariant($"{points[0].Value:0.###} → {points[^1].Value:0.###}");

    private static void Samples(StringBuilder page, IReadOnlyList<ReportSample> samples)
    {
        if (samples.Count == 0)
            return;
        page.Append("<h2>Sample completions</h2><table class=\"samples\"><thead><tr><th>prompt</th><th>before</th><th>after</th></tr></thead><tbody>\n");
        foreach (ReportSample sample in samples)
        {
            string note = sample.Note.Length > 0 ? $"<div class=\"soft\">{HtmlText.Escape(sample.Note)}</div>" : "";
            page.Append($"<tr><td class=\"text\" data-label=\"prompt\">{HtmlText.Escape(sample.Prompt)}{note}</td><td class=\"text\" data-label=\"before\">{HtmlText.Escape(sample.Before)}</td><td class=\"text\" data-label=\"after\">{HtmlText.Escape(sample.After)}</td></tr>\n");
        }
        page.Append("</tbody></table>\n");
    }

    private static void Cost(StringBuilder page, IReadOnlyList<CostRow> rows)
    {
        if (rows.Count == 0)
            return;
        page.Append("<h2>What it cost</h2><table class=\"cost\"><tbody>\n");
        foreach (CostRow row in rows)
            page.Append($"<tr><td>{HtmlText.Escape(row.Name)}</td><td class=\"number\">{HtmlText.Escape(row.Value)}</td></tr>\n");
        page.Append("</tbody></table>\n");
    }
}
