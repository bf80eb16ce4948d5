using System.Text;
using Plumbline.Training.Runs;
using static System.FormattableString;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Learning curves as SVG: a strong line an arm, the mean over seeds, with the seeds faint behind it and its name at its end.</summary>
internal static class LineChart
{
    private const int Width = 380, Height = 220, Left = 44, Right = 56, Top = 10, Bottom = 26, Grid = 80, LabelHeight = 12;

    /// <summary>One arm's curves.</summary>
    /// <param name="Name">The arm.</param>
    /// <param name="Color">CSS colour.</param>
    /// <param name="Seeds">Points (x, y) of each seed, x ascending; y finite.</param>
    public sealed record Series(string Name, string Color, IReadOnlyList<(double X, double Y)[]> Seeds);

    /// <summary>The drawing; at least one series has a point.</summary>
    public static string Render(string label, string axis, IReadOnlyList<Series> series)
    {
        var smooth = series.Select(one => (one.Name, one.Color, Seeds: one.Seeds.Where(seed => seed.Length > 0).Select(Smoothed).ToArray())).Where(one => one.Seeds.Length > 0).ToArray();
        var all = smooth.SelectMany(one => one.Seeds).SelectMany(points => points).ToArray();
        double first = all.Min(p => p.X), last = Math.Max(all.Max(p => p.X), first + 1e-9), lowest = all.Min(p => p.Y), highest = all.Max(p => p.Y);
        double room = Math.Max(1e-3, (highest - lowest) * 0.04);
        (lowest, highest) = (lowest - room, highest + room);
        double X(double x) => Left + (x - first) / (last - first) * (Width - Left - Right);
        double Y(double y) => Height - Bottom - (y - lowest) / (highest - lowest) * (Height - Top - Bottom);

        var svg = new StringBuilder(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlText.Escape(label)}\"><g class=\"rules\">"));
        foreach (double tick in SvgChart.Ticks(lowest, highest))
            svg.Append(Invariant($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{Figures.Tick(tick)}</text>"));
        svg.Append(Invariant($"</g><text x=\"{Left}\" y=\"{Height - 6}\">{Figures.Tick(first)}</text><text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{HtmlText.Escape(axis)}</text><text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{Figures.Tick(last)}</text>"));
        foreach (var one in smooth.Where(one => one.Seeds.Length > 1))
            foreach (var seed in one.Seeds)
                svg.Append(Path("seed", one.Color, seed, X, Y));
        var ends = new List<(string Name, string Color, double X, double Y)>();
        foreach (var one in smooth)
        {
            var mean = MeanOf(one.Seeds, first, last);
            svg.Append(Path("mean", one.Color, mean, X, Y));
            ends.Add((one.Name, one.Color, X(mean[^1].X), Y(mean[^1].Y)));
        }
        double[] heights = Apart(ends.Select(end => end.Y).ToArray());
        for (int i = 0; i < ends.Count; i++)
            svg.Append(Invariant($"<circle class=\"dot\" style=\"--c:{ends[i].Color}\" cx=\"{ends[i].X:0.#}\" cy=\"{ends[i].Y:0.#}\" r=\"2.5\"/><text class=\"tinted\" style=\"--c:{ends[i].Color}\" x=\"{ends[i].X + 6:0.#}\" y=\"{heights[i] + 4:0.#}\">{HtmlText.Escape(ends[i].Name)}</text>"));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Heights as near to the wanted ones as names of one line's height allow, in the same order and inside the drawing.</summary>
    internal static double[] Apart(double[] wanted)
    {
        int[] order = Enumerable.Range(0, wanted.Length).OrderBy(i => wanted[i]).ToArray();
        var placed = new double[wanted.Length];
        double floor = double.NegativeInfinity;
        foreach (int i in order)
            floor = placed[i] = Math.Max(wanted[i], floor + LabelHeight);
        double ceiling = Height - Bottom + LabelHeight;
        foreach (int i in order.Reverse())
            ceiling = placed[i] = Math.Min(placed[i], ceiling - LabelHeight);
        return placed;
    }

    private static string Path(string kind, string color, (double X, double Y)[] points, Func<double, double> x, Func<double, double> y) =>
        $"<path class=\"{kind}\" style=\"--c:{color}\" d=\"M{string.Join('L', points.Select(p => Invariant($"{x(p.X):0.#} {y(p.Y):0.#}")))}{(points.Length == 1 ? "h.1" : "")}\"/>";

    // A batch's mean is noisy: a moving mean over a tenth of the run shows the course.
    private static (double X, double Y)[] Smoothed((double X, double Y)[] points)
    {
        int reach = points.Length < 20 ? 0 : points.Length / 20;
        var smooth = points.Select((point, i) => (point.X, points[Math.Max(0, i - reach)..Math.Min(points.Length, i + reach + 1)].Average(p => p.Y))).ToArray();
        int chunk = (smooth.Length + Grid - 1) / Grid;
        return chunk == 1 ? smooth : smooth.Where((_, i) => i % chunk == 0 || i == smooth.Length - 1).ToArray();
    }

    // Seeds are at different x where tokens or seconds are counted: all are read off at common places, between the places where all have begun and none has ended.
    private static (double X, double Y)[] MeanOf((double X, double Y)[][] seeds, double first, double last)
    {
        if (seeds.Length == 1)
            return seeds[0];
        double from = Math.Max(first, seeds.Max(seed => seed[0].X)), to = Math.Min(last, seeds.Min(seed => seed[^1].X));
        if (to <= from)
            return [(seeds.Average(seed => seed[^1].X), seeds.Average(seed => seed[^1].Y))];
        return Enumerable.Range(0, Grid + 1).Select(i => from + (to - from) * i / Grid).Select(x => (x, seeds.Average(seed => At(seed, x)))).ToArray();
    }

    private static double At((double X, double Y)[] points, double x)
    {
        int next = Array.FindIndex(points, point => point.X >= x);
        if (next <= 0)
            return next == 0 ? points[0].Y : points[^1].Y;
        var (a, b) = (points[next - 1], points[next]);
        return a.Y + (b.Y - a.Y) * (x - a.X) / (b.X - a.X);
    }
}
