using System.Text;
using static System.FormattableString;

namespace Plumbline.Training.Runs;

/// <summary>Draws one curve over steps as SVG that takes its colours from the page, so it is right in light and in dark.</summary>
/// <remarks>Text stays text: it needs no font on the machine that writes the report.</remarks>
internal static class SvgChart
{
    private const int Width = 360, Height = 190, Left = 46, Right = 10, Top = 10, Bottom = 24;
    private const int MostPoints = 240;

    /// <summary>The drawing: raw values faint, their moving mean strong. Values that are not finite leave a gap.</summary>
    /// <param name="label">Read out by screen readers.</param>
    /// <param name="points">Values by step, ascending; at least one is finite.</param>
    public static string Render(string label, IReadOnlyList<(int Step, double Value)> points)
    {
        var finite = points.Where(point => double.IsFinite(point.Value)).ToArray();
        double lowest = finite.Min(point => point.Value), highest = finite.Max(point => point.Value);
        if (highest - lowest < 1e-12)
            (lowest, highest) = (lowest - Math.Max(1e-3, Math.Abs(lowest) * 0.1), highest + Math.Max(1e-3, Math.Abs(highest) * 0.1));
        int first = points[0].Step, last = Math.Max(points[^1].Step, first + 1);
        double X(double step) => Left + ((step - first) / (last - first) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - lowest) / (highest - lowest) * (Height - Top - Bottom));

        var svg = new StringBuilder(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlText.Escape(label)}\">"));
        foreach (double tick in Ticks(lowest, highest))
            svg.Append(Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{tick:0.####}</text>"));
        svg.Append(Invariant($"<text x=\"{Left}\" y=\"{Height - 6}\">step {points[0].Step}</text><text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{points[^1].Step}</text>"));
        var drawn = Thinned(points);
        if (drawn.Length > 20)
            svg.Append(Line("raw", drawn, X, Y));
        svg.Append(Line("mean", drawn.Length > 20 ? Smoothed(drawn, drawn.Length / 20) : drawn, X, Y));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Three to six round numbers within the range.</summary>
    internal static IEnumerable<double> Ticks(double lowest, double highest)
    {
        double rough = (highest - lowest) / 4, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double spacing = power * ((rough / power) switch { < 1.5 => 1, < 3 => 2, < 7 => 5, _ => 10 });
        for (double index = Math.Ceiling(lowest / spacing); index * spacing <= highest; index++)
            yield return index * spacing;
    }

    private static string Line(string kind, (double Step, double Value)[] points, Func<double, double> x, Func<double, double> y)
    {
        var path = new StringBuilder();
        bool pen = false;
        foreach (var (step, value) in points)
        {
            if (double.IsFinite(value))
                path.Append(Invariant($"{(pen ? 'L' : 'M')}{x(step):0.#} {y(value):0.#}"));
            pen = double.IsFinite(value);
        }
        return $"<path class=\"{kind}\" d=\"{path}\"/>";
    }

    private static (double Step, double Value)[] Thinned(IReadOnlyList<(int Step, double Value)> points) =>
        points.Chunk((points.Count + MostPoints - 1) / MostPoints)
            .Select(chunk => (chunk.Average(point => (double)point.Step), Mean(chunk.Select(point => point.Value)))).ToArray();

    private static (double Step, double Value)[] Smoothed((double Step, double Value)[] points, int reach) =>
        points.Select((point, i) => (point.Step, Mean(points[Math.Max(0, i - reach)..Math.Min(points.Length, i + reach + 1)].Select(p => p.Value)))).ToArray();

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
