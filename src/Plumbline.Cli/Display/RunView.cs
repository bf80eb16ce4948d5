using Plumbline.Training.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Plumbline.Cli.Display;

/// <summary>Draws a run's history for a terminal.</summary>
internal static class RunView
{
    private const int BarWidth = 24;
    private const int SparklineWidth = 24;

    public static IRenderable Render(RunHistory history, bool unicode)
    {
        var lines = new List<IRenderable>();
        if (history.Latest is { } report)
        {
            lines.Add(Progress(history, report, unicode));
            lines.Add(Headlines(history, unicode));
            if (history.Details().Any())
                lines.Add(new Text(string.Join(unicode ? " · " : ", ", history.Details())));
        }
        foreach (RunMessage message in history.Messages)
            lines.Add(new Text(PlainLine.Message(message), new Style(message.Severity == RunSeverity.Information ? Color.Grey : Color.Yellow)));
        return new Rows(lines);
    }

    private static Markup Progress(RunHistory history, StepReport report, bool unicode)
    {
        var (done, left) = DisplayText.Bar(report.Step, report.TotalSteps, BarWidth, unicode);
        string remaining = history.TimeLeft() is { } time ? $", {DisplayText.Duration(time)} left" : "";
        return new Markup($"[bold]{Markup.Escape(report.Verb)}[/] {report.Step}/{report.TotalSteps} [blue]{done}[/][grey]{left}[/] {DisplayText.Duration(report.Elapsed)}{remaining}");
    }

    private static Grid Headlines(RunHistory history, bool unicode)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
        foreach (var (label, metric, values) in history.Headlines())
        {
            int trend = DisplayText.Trend(values);
            bool better = trend > 0 != (metric == MetricNames.Loss);
            string arrow = (trend, unicode) switch { (0, _) => " ", ( > 0, true) => "▲", ( < 0, true) => "▼", ( > 0, _) => "+", _ => "-" };
            string colour = trend == 0 ? "grey" : better ? "green" : "red";
            grid.AddRow(
                new Markup(metric == label ? $"[bold]{label}[/]" : Markup.Escape(label)),
                new Markup($"{DisplayText.Number(values[0])} {(unicode ? "→" : "->")} [bold]{DisplayText.Number(values[^1])}[/] [{colour}]{arrow}[/]"),
                new Text(unicode ? DisplayText.Sparkline(values, SparklineWidth) : ""));
        }
        return grid;
    }
}
