using Plumbline.Training.Runs;

namespace Plumbline.Quickstart;

/// <summary>The report of the whole job.</summary>
internal static class QuickstartReport
{
    public static void Write(RunFolder folder, QuickstartResult result, string recipePath)
    {
        int risen = result.Oracle.Values.Count(c => c.After > c.Before);
        double rise = result.Oracle.Values.Average(c => c.After - c.Before);
        RunReport.WriteHtml(folder.ReportPath, new ReportModel
        {
            Title = "Plumbline quickstart: the town's front desk",
            Verdict = $"{risen} of {result.Oracle.Count} objectives rose on held-out prompts as the independent oracle sees them; their mean rose by {rise:+0.000;-0.000}.",
            ObjectiveRows =
            [
                .. result.Oracle.Select(c => Row(c.Key, c.Value, "oracle")),
                .. result.Reward.Select(c => Row(c.Key, c.Value, "reward model")),
            ],
            Samples = result.Samples,
            MetricsPath = Path.Combine(folder.FullPath, "grpo", "metrics.jsonl"),
            RecipeYaml = File.ReadAllText(recipePath),
            Cost = [.. result.Seconds.Select(s => new CostRow($"{s.Key}, seconds", s.Value.ToString("F1"))), new("rollout tokens", result.Tokens.ToString("N0"))],
        });
    }

    private static ObjectiveRow Row(string name, Change change, string judge) =>
        new(name, change.Before, change.After, judge) { BeforeSpread = change.BeforeSpread, AfterSpread = change.AfterSpread };
}
