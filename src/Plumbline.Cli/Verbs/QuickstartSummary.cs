using Plumbline.Quickstart;
using Plumbline.Training.Runs;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>What the quickstart prints at its end.</summary>
internal static class QuickstartSummary
{
    public static void Print(IAnsiConsole console, QuickstartResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("Held-out prompts, mean (spread over prompts)");
        table.AddColumn("objective");
        foreach (string column in new[] { "oracle before", "oracle after", "change", "reward model before", "reward model after" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach ((string name, Change oracle) in result.Oracle)
        {
            Change reward = result.Reward[name];
            double change = oracle.After - oracle.Before;
            table.AddRow(name, Figure(oracle.Before, oracle.BeforeSpread), Figure(oracle.After, oracle.AfterSpread),
                $"[{(change > 0 ? "green" : "red")}]{change:+0.000;-0.000}[/]", Figure(reward.Before, reward.BeforeSpread), Figure(reward.After, reward.AfterSpread));
        }
        console.Write(table);
        foreach (ReportSample sample in result.Samples)
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[bold]prompt[/]  {sample.Prompt}");
            console.MarkupLineInterpolated($"[grey]before[/]  {sample.Before}");
            console.MarkupLineInterpolated($"[green]after[/]   {sample.After}");
        }
        console.WriteLine();
        console.WriteLine($"{result.Seconds.Values.Sum():F0} s ({string.Join(", ", result.Seconds.Select(s => $"{s.Key} {s.Value:F0}"))}); {result.Tokens:N0} rollout tokens.");
        console.WriteLine($"Report: {Path.Combine(result.Folder, "report.html")}  Aligned model: {Path.Combine(result.Folder, "grpo", "final")}");
        console.WriteLine($"Talk to it: plumbline generate --model {Path.Combine(result.Folder, "grpo", "final")} --prompt {Quoted(result.Samples[0].Prompt)}");
    }

    // The world's prompts end in a line break, which a shell writes only in this form.
    private static string Quoted(string prompt) => $"$'{prompt.Replace("\\", "\\\\").Replace("'", "\\'")}\\n'";

    private static string Figure(double mean, double spread) => $"{mean:F3} ({spread:F2})";
}
