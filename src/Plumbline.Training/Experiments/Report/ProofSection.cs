using System.Text;
using Plumbline.Training.Experiments.Results;
using static Plumbline.Training.Runs.HtmlText;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Ablations and controls, apart from the methods: what each should show, and whether it did.</summary>
internal static class ProofSection
{
    public static void Append(StringBuilder page, ArmFigures figures)
    {
        Cards(page, figures, ArmKind.Ablation, "ablations", "Ablations", figures.Subject);
        Cards(page, figures, ArmKind.Control, "controls", "Controls", figures.Base);
    }

    private static void Cards(StringBuilder page, ArmFigures figures, ArmKind kind, string anchor, string title, ArmResult? compared)
    {
        ArmResult[] arms = figures.Result.Arms.Where(arm => arm.Kind == kind).ToArray();
        if (arms.Length == 0)
            return;
        string what = kind == ArmKind.Ablation ? "One part changed or taken away." : "Runs that must fail in a known way; where one does not, the rest of this page is in doubt.";
        string beside = compared is null ? "" : $" Scores by the {Escape(figures.Result.HeadlineJudge)}, and the difference to {(compared == figures.Base ? "the base" : Escape(compared.Name))}.";
        page.Append($"<h2 id=\"{anchor}\">{title}</h2>\n<p class=\"soft small\">{what}{beside}</p>\n<div class=\"grid\">\n");
        foreach (ArmResult arm in arms)
            Card(page, figures, arm, compared);
        page.Append("</div>\n");
    }

    private static void Card(StringBuilder page, ArmFigures figures, ArmResult arm, ArmResult? compared)
    {
        string judge = figures.Result.HeadlineJudge;
        page.Append($"<section class=\"card\"><h3>{Escape(arm.Name)}{Badge(arm.Expectation)}</h3>\n");
        if (arm.Description.Length > 0)
            page.Append($"<p class=\"soft small\">{Escape(arm.Description)}</p>\n");
        if (arm.Expectation is { } expectation)
            page.Append($"<p class=\"small\"><span class=\"soft\">Should show:</span> {Escape(expectation.Text)}</p>{(expectation.Evidence.Length > 0 ? $"<p class=\"small\"><span class=\"soft\">Shown:</span> {Escape(expectation.Evidence)}</p>" : "")}\n");
        page.Append("<dl class=\"scores\">");
        foreach (string objective in figures.Result.Objectives)
        {
            double score = ArmFigures.Score(arm, judge, objective), change = compared is null ? double.NaN : score - ArmFigures.Score(compared, judge, objective);
            page.Append($"<dt>{Escape(objective)}</dt><dd>{Figures.Score(score)}</dd><dd class=\"{Html.Direction(change)}\">{Figures.Signed(change)}</dd>");
        }
        if (arm.Runs.Any(run => run.OverRefusal is not null))
        {
            double Over(ArmResult one) => ArmFigures.Mean(one.Runs.Select(run => run.OverRefusal));
            double change = compared is null ? double.NaN : Over(arm) - Over(compared);
            page.Append($"<dt class=\"soft\">harmless, refused</dt><dd>{Figures.Score(Over(arm))}</dd><dd class=\"{Html.Direction(-change)}\">{Figures.Signed(change)}</dd>");
        }
        page.Append("</dl></section>\n");
    }

    private static string Badge(ArmExpectation? expectation) => expectation?.Held switch
    {
        _ when expectation is null => "",
        true => "<span class=\"badge up\">✓ as expected</span>",
        false => "<span class=\"badge down\">✗ not as expected</span>",
        null => "<span class=\"badge soft\">undecided</span>",
    };
}
