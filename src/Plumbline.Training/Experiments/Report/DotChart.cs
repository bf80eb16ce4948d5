using System.Text;
using Plumbline.Training.Runs;
using static System.FormattableString;

namespace Plumbline.Training.Experiments.Report;

/// <summary>One objective at a glance as SVG: a row an arm, its mean a dot, its seeds marks, the base a dashed line through all.</summary>
internal static class DotChart
{
    private const int Width = 380, Left = 78, Right = 50, Row = 24, Top = 8, Bottom = 24;

    /// <summary>One arm.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Color">CSS colour.</param>
    /// <param name="Seeds">The score in each seed; at least one is finite.</param>
    public sealed record Arm(string Name, string Color, IReadOnlyList<double> Seeds);

    /// <summary>The drawing.</summary>
    /// <param name="label">Read out by screen readers.</param>
    /// <param name="arms">At least one.</param>
    /// <param name="baseline">Where the dashed line stands; NaN for none.</param>
    public static string Render(string label, IReadOnlyList<Arm> arms, double baseline)
    {
        double[] all = arms.SelectMany(arm => arm.Seeds).Append(baseline).Where(double.IsFinite).ToArray();
        double room = Math.Max(0.01, (all.Max() - all.Min()) * 0.05), lowest = all.Min() - room, highest = all.Max() + room;
        int height = Top + Row * arms.Count + Bottom;
        double X(double value) => Left + (value - lowest) / (highest - lowest) * (Width - Left - Right);
        var svg = new StringBuilder(Invariant($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{HtmlText.Escape(label)}\"><g class=\"rules\">"));
        foreach (double tick in SvgChart.Ticks(lowest, highest))
            svg.Append(Invariant($"<line x1=\"{X(tick):0.#}\" x2=\"{X(tick):0.#}\" y1=\"{Top}\" y2=\"{height - Bottom}\"/><text x=\"{X(tick):0.#}\" y=\"{height - 8}\" text-anchor=\"middle\">{Figures.Tick(tick)}</text>"));
        svg.Append("</g>");
        if (double.IsFinite(baseline))
            svg.Append(Invariant($"<line class=\"base\" x1=\"{X(baseline):0.#}\" x2=\"{X(baseline):0.#}\" y1=\"{Top}\" y2=\"{height - Bottom}\"/>"));
        for (int i = 0; i < arms.Count; i++)
        {
            double y = Top + Row * (i + 0.5), mean = ArmFigures.Mean(arms[i].Seeds);
            svg.Append(Invariant($"<g style=\"--c:{arms[i].Color}\"><text class=\"name\" x=\"{Left - 10}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{HtmlText.Escape(arms[i].Name)}</text>"));
            foreach (double seed in arms[i].Seeds.Where(double.IsFinite))
                svg.Append(Invariant($"<line class=\"tickmark\" x1=\"{X(seed):0.#}\" x2=\"{X(seed):0.#}\" y1=\"{y - 8:0.#}\" y2=\"{y + 8:0.#}\"/>"));
            svg.Append(Invariant($"<circle class=\"dot\" cx=\"{X(mean):0.#}\" cy=\"{y:0.#}\" r=\"4.5\"/><text x=\"{Width}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Figures.Score(mean)}</text></g>"));
        }
        return svg.Append("</svg>").ToString();
    }
}
