using System.Text;
using Plumbline.Training.Experiments.Results;
using static System.FormattableString;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>What each arm cost: bars for time by part, memory, tokens, operations and the cost to the target; a table for the rest.</summary>
internal static class CostSection
{
    public static void Append(StringBuilder page, ArmFigures figures)
    {
        ArmResult[] arms = figures.Main.Where(arm => arm.Runs.Any(run => run.Cost.Seconds > 0)).ToArray();
        if (arms.Length == 0)
            return;
        int seeds = arms.Max(arm => arm.Runs.Count);
        page.Append($"<h2 id=\"cost\">What it cost</h2>\n<p class=\"soft small\">Training alone, {(seeds > 1 ? $"mean over {seeds} seeds" : "one seed")}; shorter is cheaper. Budget: {Escape(Budget(figures.Result.Budget))} an arm.</p>\n<div class=\"grid wide\">\n");
        Bars(page, "Time", arms, Figures.Seconds, [("sampling", cost => cost.RolloutSeconds), ("scoring", cost => cost.ScoringSeconds), ("update", cost => cost.UpdateSeconds), ("other", cost => cost.OtherSeconds)]);
        Bars(page, "Tokens", arms, Figures.Count, [("generated", cost => cost.TokensGenerated), ("trained", cost => cost.TokensTrained)], apart: true);
        Bars(page, "Peak memory above the resting level", arms, Figures.Bytes, [("memory", cost => cost.MemoryBytes ?? double.NaN)]);
        Bars(page, "Operations, counted analytically", arms, Figures.Flops, [("operations", cost => cost.Flops ?? double.NaN)]);
        double[] targets = arms.SelectMany(arm => arm.Runs).Select(run => run.Cost.TargetReward).OfType<double>().Distinct().ToArray();
        if (targets.Length > 0)
        {
            string target = $"to a training reward of {string.Join(" or ", targets.Select(Figures.Score))}";
            Reached(page, $"Seconds {target}", arms, Figures.Seconds, cost => cost.SecondsToTarget);
            Reached(page, $"Generated tokens {target}", arms, Figures.Count, cost => cost.TokensToTarget);
        }
        page.Append("</div>\n<h3>Parameters and processor</h3>\n<div class=\"scroll\"><table class=\"cost\"><thead><tr><th>arm</th><th>held</th><th>trained</th><th>optimiser state</th><th>wall clock</th><th>processor</th></tr></thead><tbody>\n");
        foreach (ArmResult arm in arms)
            page.Append($"<tr><th>{Escape(arm.Name)}</th><td>{Figures.Count(Of(arm, cost => cost.ParametersHeld))}</td><td>{Figures.Count(Of(arm, cost => cost.ParametersTrained))}</td><td>{Figures.Count(Of(arm, cost => cost.ParametersOptimised))}</td><td>{Figures.Seconds(Of(arm, cost => cost.Seconds))}</td><td>{Figures.Seconds(Of(arm, cost => cost.ProcessorSeconds))}</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    /// <summary>The budget in words.</summary>
    public static string Budget(ExperimentBudget budget) => budget.Kind switch
    {
        BudgetKind.GeneratedTokens => $"{Figures.Count(budget.Amount)} generated tokens",
        BudgetKind.TrainedTokens => $"{Figures.Count(budget.Amount)} trained tokens",
        _ => Figures.Seconds(budget.Amount),
    };

    private static double Of(ArmResult arm, Func<ArmCost, double?> part) => ArmFigures.Mean(arm.Runs.Select(run => part(run.Cost)));

    private static void Bars(StringBuilder page, string title, ArmResult[] arms, Func<double, string> text, (string Name, Func<ArmCost, double?> Of)[] parts, bool apart = false)
    {
        double[][] values = arms.Select(arm => parts.Select(part => Of(arm, part.Of)).ToArray()).ToArray();
        double longest = values.Max(Total);
        if (!(longest > 0))
            return;
        page.Append($"<figure><figcaption>{Escape(title)}</figcaption>");
        if (parts.Length > 1)
            page.Append(Html.Key(parts.Select((part, i) => (part.Name, Color(i)))));
        page.Append("<div class=\"bars\">\n");
        for (int i = 0; i < arms.Length; i++)
        {
            string pieces = string.Concat(parts.Select((part, p) => values[i][p] > 0
                ? Invariant($"<i style=\"--c:{Color(p)};width:{values[i][p] / longest * 100:0.##}%\" title=\"{part.Name} {text(values[i][p])}\"></i>") : ""));
            page.Append($"<span>{Escape(arms[i].Name)}</span><span class=\"track\">{pieces}</span><span class=\"value\">{(apart ? string.Join(" + ", values[i].Select(text)) : values[i].Any(double.IsFinite) ? text(Total(values[i])) : Figures.Unknown)}</span>\n");
        }
        page.Append("</div></figure>\n");
    }

    private static void Reached(StringBuilder page, string title, ArmResult[] arms, Func<double, string> text, Func<ArmCost, double?> of)
    {
        double longest = arms.Select(arm => Of(arm, of)).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        page.Append($"<figure><figcaption>{Escape(title)}</figcaption><div class=\"bars\">\n");
        foreach (ArmResult arm in arms.Where(arm => arm.Runs.Any(run => run.Cost.TargetReward is not null)))
        {
            int reached = arm.Runs.Count(run => of(run.Cost) is not null);
            double mean = Of(arm, of);
            string bar = reached > 0 && longest > 0 ? Invariant($"<i style=\"--c:{Color(0)};width:{mean / longest * 100:0.##}%\"></i>") : "";
            string value = reached == 0 ? "<span class=\"soft\">not reached</span>" : text(mean) + (reached < arm.Runs.Count ? $" <span class=\"soft\">({reached} of {arm.Runs.Count} seeds)</span>" : "");
            page.Append($"<span>{Escape(arm.Name)}</span><span class=\"track\">{bar}</span><span class=\"value\">{value}</span>\n");
        }
        page.Append("</div></figure>\n");
    }

    private static double Total(double[] parts) => parts.Where(double.IsFinite).Sum();

    private static string Color(int part) => $"var(--t{part + 1})";
}
