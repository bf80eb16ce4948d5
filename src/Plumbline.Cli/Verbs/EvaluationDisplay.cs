using Plumbline.Core.Statistics;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Runs;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>An evaluation for people and for machines.</summary>
internal static class EvaluationDisplay
{
    /// <summary>Tables for people.</summary>
    public static void Print(EvaluationReport report, IReadOnlyDictionary<string, WinRate> wins, IReadOnlyList<RunFinding> findings)
    {
        IAnsiConsole console = Consoles.For(machine: false);
        Table scores = Columns("judge", "objective", "mean", "95 % interval", "spread", "rows");
        foreach (JudgeScores judge in report.Judges)
        {
            foreach ((string objective, ObjectiveScore score) in judge.Objectives)
                AddScore(scores, judge.Name, objective, score);
            if (judge.Objectives.Count > 1)
                AddScore(scores, judge.Name, "weighted sum", judge.Total);
        }
        console.Write(scores);
        if (report.Refusals is { } refusals)
        {
            Table rates = Columns("refusals", "prompts", "rate", "95 % interval");
            AddRate(rates, "harmful prompts", refusals.Harmful);
            foreach ((string family, RefusalRate rate) in refusals.ByFamily)
                AddRate(rates, $"  {family}", rate);
            AddRate(rates, "harmless prompts", refusals.OverRefusal);
            AddRate(rates, "  look-alikes", refusals.LookAlikes);
            AddRate(rates, "  benign", refusals.Benign);
            console.Write(rates);
        }
        TextFigures text = report.Text;
        Console.WriteLine($"{report.Rows} prompts, mean length {text.MeanLength:F1} tokens, {text.Truncated:P0} truncated, distinct-1 {text.Distinct1:F3}, distinct-2 {text.Distinct2:F3}, repetition {text.Repetition:F3}");
        if (report.Kl is { } kl)
            Console.WriteLine($"KL to the reference, nats a token: {kl.K1:F4} (k1), {kl.K3:F4} (k3); {kl.PerAnswer:F2} an answer");
        foreach ((string judge, WinRate win) in wins)
            Console.WriteLine($"by {judge}: wins {win.Rate:P1} of the prompts ({win.Interval.Low:P1} to {win.Interval.High:P1}; {win.Wins} wins, {win.Ties} ties, {win.Losses} losses)");
        foreach (RunFinding finding in findings)
            Console.WriteLine($"warning: {finding.Text}");
    }

    /// <summary>One object for machines; <c>objectives</c>, <c>mean_length</c> and <c>truncated</c> are those of a single judge's day.</summary>
    public static object ToJson(EvaluationReport report, IReadOnlyDictionary<string, WinRate> wins, IReadOnlyList<RunFinding> findings) => new
    {
        prompts = report.Rows,
        objectives = report.Judges.SelectMany(j => j.Objectives.Select(o => (name: FlatName(j.Name, o.Key), o.Value))).ToDictionary(o => o.name, o => new { o.Value.Mean, o.Value.Std }),
        mean_length = report.Text.MeanLength,
        truncated = report.Text.Truncated,
        judges = report.Judges.ToDictionary(j => j.Name, j => new { j.Objectives, j.Total }),
        refusals = report.Refusals,
        kl = report.Kl,
        distinct_1 = report.Text.Distinct1,
        distinct_2 = report.Text.Distinct2,
        repetition = report.Text.Repetition,
        win_rates = wins.ToDictionary(w => w.Key, w => new { w.Value.Rate, w.Value.Interval.Low, w.Value.Interval.High, w.Value.Wins, w.Value.Ties, w.Value.Losses }),
        findings,
    };

    /// <summary>An objective's name among those of all judges: the reward model's as they are, others' after the judge's name.</summary>
    public static string FlatName(string judge, string objective) => judge == EvaluateVerb.RewardName ? objective : $"{judge}_{objective}";

    private static Table Columns(params string[] names)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string name in names)
            table.AddColumn(name is "judge" or "objective" or "refusals" ? new TableColumn(name) : new TableColumn(name).RightAligned());
        return table;
    }

    private static void AddScore(Table table, string judge, string objective, ObjectiveScore score) =>
        table.AddRow(Markup.Escape(judge), Markup.Escape(objective), Figure(score.Mean), $"{Figure(score.Low)} to {Figure(score.High)}", Figure(score.Std), $"{score.Count}");

    private static void AddRate(Table table, string name, RefusalRate rate)
    {
        if (rate.Rows > 0)
            table.AddRow(Markup.Escape(name), $"{rate.Rows}", $"{rate.Rate:P1}", $"{rate.Low:P1} to {rate.High:P1}");
    }

    private static string Figure(double value) => double.IsNaN(value) ? "-" : value.ToString("F4");
}
