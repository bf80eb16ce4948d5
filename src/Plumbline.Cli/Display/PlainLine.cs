using Plumbline.Training.Runs;

namespace Plumbline.Cli.Display;

/// <summary>One line of text for logs and pipes: no colour, no cursor.</summary>
internal static class PlainLine
{
    public static string Step(RunHistory history)
    {
        StepReport report = history.Latest!;
        var parts = history.Headlines().Select(headline => $"{headline.Label} {DisplayText.Number(headline.Values[^1])}").Concat(history.Details());
        string left = history.TimeLeft() is { } time ? $"{DisplayText.Duration(time)} left" : $"{DisplayText.Duration(report.Elapsed)} gone";
        return $"{report.Verb} {report.Step}/{report.TotalSteps}  {string.Join("  ", parts.Append(left))}";
    }

    public static string Message(RunMessage message) => message.Severity switch
    {
        RunSeverity.Advice => $"advice: {message.Text}",
        RunSeverity.Warning => $"warning: {message.Text}",
        _ => message.Text,
    };
}
