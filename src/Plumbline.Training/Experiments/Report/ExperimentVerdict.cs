using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Experiments.Report;

/// <summary>What the figures say, in sentences that could have come out otherwise.</summary>
internal static class ExperimentVerdict
{
    /// <summary>The first sentence: on how many objectives the method beats the base, in how many seeds.</summary>
    public static string Headline(ArmFigures figures)
    {
        if (figures.Subject is not { Runs.Count: > 0 } subject || figures.Base is not { Runs.Count: > 0 })
            return "No method stands beside a base here: there is nothing to compare.";
        string judge = figures.Result.HeadlineJudge;
        int objectives = figures.Result.Objectives.Count;
        int[] gains = subject.Runs.Select(run => figures.Gains(run, judge).Length).ToArray();
        string by = $"By the {judge}, {subject.Name} ";
        if (gains.All(count => count == objectives))
            return $"{by}beats the base on {All(objectives)} in {EachSeed(gains.Length)}.";
        string[] lost = figures.Result.Objectives
            .Select(objective => (objective, Seeds: subject.Runs.Count(run => !figures.Gains(run, judge).Contains(objective))))
            .Where(row => row.Seeds > 0).Select(row => gains.Length == 1 ? row.objective : $"{row.objective} ({row.Seeds} of {gains.Length} seeds)").ToArray();
        return gains.Length == 1
            ? $"{by}beats the base on {gains[0]} of {Counted(objectives, "objective")}; not on {Listed(lost)}."
            : $"{by}beats the base on {All(objectives)} in {gains.Count(count => count == objectives)} of {gains.Length} seeds; not on {Listed(lost)}.";
    }

    /// <summary>What follows: who is best, where others are ahead of the method, who is cheapest.</summary>
    public static IReadOnlyList<string> Comparison(ArmFigures figures)
    {
        var sentences = new List<string>();
        if (figures.Subject is not { } subject || figures.Best(figures.Result.HeadlineJudge) is not { } best)
            return sentences;
        sentences.Add(Ranking(figures, best));
        sentences.AddRange(figures.Main.Where(arm => arm != subject && arm != figures.Base).Select(arm => Ahead(figures, arm, subject)).OfType<string>());
        if (Cheapest(figures.Methods, "time", run => run.Cost.Seconds, Figures.Seconds, subject) is { } time)
            sentences.Add(time);
        if (Cheapest(figures.Methods, "memory", run => run.Cost.MemoryBytes ?? double.NaN, Figures.Bytes, subject) is { } memory)
            sentences.Add(memory);
        return sentences;
    }

    /// <summary>Reasons for doubt: the experiment's own warnings, and controls and ablations that came out otherwise than they should.</summary>
    public static IReadOnlyList<string> Warnings(ExperimentResult result) =>
    [
        .. result.Findings.Where(finding => finding.Severity == FindingSeverity.Warning).Select(finding => finding.Text),
        .. result.Arms.Where(arm => arm.Expectation?.Held == false).Select(arm => $"{(arm.Kind == ArmKind.Control ? "The control" : "The ablation")} “{arm.Name}” did not come out as expected ({arm.Expectation!.Text.TrimEnd('.')}){(arm.Expectation.Evidence.Length > 0 ? $": {arm.Expectation.Evidence}" : ".")}"),
    ];

    private static string Ranking(ArmFigures figures, ArmResult best)
    {
        string judge = figures.Result.HeadlineJudge;
        double top = figures.Overall(best, judge);
        ArmResult? second = figures.Main.Where(arm => arm != best && double.IsFinite(figures.Overall(arm, judge))).MaxBy(arm => figures.Overall(arm, judge));
        if (second is null)
            return $"{best.Name} scores {Figures.Score(top)} over all objectives.";
        double next = figures.Overall(second, judge);
        double spread = Math.Max(SpreadOf(figures, best), SpreadOf(figures, second));
        string doubt = top - next <= spread ? ", which is within the spread over seeds" : "";
        return $"Over all objectives {best.Name} is best with {Figures.Score(top)}, then {second.Name} with {Figures.Score(next)}{doubt}.";
    }

    private static string? Ahead(ArmFigures figures, ArmResult arm, ArmResult subject)
    {
        string judge = figures.Result.HeadlineJudge;
        string[] ahead = figures.Result.Objectives
            .Where(objective => ArmFigures.Score(arm, judge, objective) - ArmFigures.Score(subject, judge, objective) >= 0.0005)
            .Select(objective => $"{objective} ({Figures.Score(ArmFigures.Score(arm, judge, objective))} against {Figures.Score(ArmFigures.Score(subject, judge, objective))})")
            .ToArray();
        return ahead.Length == 0 ? null : $"{arm.Name} is better than {subject.Name} on {Listed(ahead)}.";
    }

    // Methods within a twentieth of the least share the place: less than that is the machine's mood.
    private static string? Cheapest(ArmResult[] methods, string what, Func<ArmRun, double> cost, Func<double, string> text, ArmResult subject)
    {
        double Of(ArmResult arm) => ArmFigures.Mean(arm.Runs.Select(cost));
        ArmResult[] known = methods.Where(arm => Of(arm) > 0).OrderBy(Of).ToArray();
        ArmResult[] least = known.Where(arm => Of(arm) <= Of(known[0]) * 1.05).ToArray();
        if (least.Length == known.Length)
            return null;
        ArmResult other = known.Contains(subject) && !least.Contains(subject) ? subject : known[^1];
        return $"Least {what}: {Listed(least.Select(arm => arm.Name).ToArray())}, {text(Of(known[0]))} a seed; {other.Name} takes {text(Of(other))}.";
    }

    private static double SpreadOf(ArmFigures figures, ArmResult arm) =>
        ArmFigures.Spread(arm.Runs.Select(run => figures.Overall(run, figures.Result.HeadlineJudge)));

    private static string All(int count) => count == 1 ? "the one objective" : $"all {count} objectives";

    private static string EachSeed(int count) => count == 1 ? "the one seed that was run" : $"each of {count} seeds";

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Listed(string[] parts) => parts.Length < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
