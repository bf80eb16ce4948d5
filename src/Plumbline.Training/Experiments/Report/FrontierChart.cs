using System.Text;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Runs;
using static System.FormattableString;

namespace Plumbline.Training.Experiments.Report;

/// <summary>The sweep of a weight as SVG: what one objective costs in another, the dominated area shaded.</summary>
internal static class FrontierChart
{
    private const int Width = 380, Height = 300, Left = 46, Right = 14, Top = 14, Bottom = 42, CharacterWidth = 8, LineHeight = 13;

    /// <summary>The drawing; every point has both objectives.</summary>
    public static string Render(FrontierResult frontier, ArmColors colors)
    {
        var points = frontier.Points.Select(point => (point.Label, point.Weight, X: point.Values[frontier.ObjectiveX], Y: point.Values[frontier.ObjectiveY])).ToArray();
        double left = Math.Min(frontier.Reference[0], points.Min(p => p.X)), right = points.Max(p => p.X), low = Math.Min(frontier.Reference[1], points.Min(p => p.Y)), high = points.Max(p => p.Y);
        (double roomX, double roomY) = (Math.Max(0.005, (right - left) * 0.06), Math.Max(0.005, (high - low) * 0.06));
        (left, right, low, high) = (left - roomX, right + roomX, low - roomY, high + roomY);
        double X(double x) => Left + (x - left) / (right - left) * (Width - Left - Right);
        double Y(double y) => Height - Bottom - (y - low) / (high - low) * (Height - Top - Bottom);

        var svg = new StringBuilder(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlText.Escape($"{frontier.ObjectiveY} over {frontier.ObjectiveX}")}\"><g class=\"rules\">"));
        foreach (double tick in SvgChart.Ticks(low, high))
            svg.Append(Invariant($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{Figures.Tick(tick)}</text>"));
        foreach (double tick in SvgChart.Ticks(left, right))
            svg.Append(Invariant($"<line x1=\"{X(tick):0.#}\" x2=\"{X(tick):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{X(tick):0.#}\" y=\"{Height - Bottom + 15}\" text-anchor=\"middle\">{Figures.Tick(tick)}</text>"));
        svg.Append(Invariant($"</g><text class=\"name\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{HtmlText.Escape(frontier.ObjectiveX)} →</text><text class=\"name\" transform=\"translate(10 {(Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{HtmlText.Escape(frontier.ObjectiveY)} →</text>"));

        var front = Front(points.Where(p => p.Weight is not null && p.X > frontier.Reference[0] && p.Y > frontier.Reference[1]).Select(p => (p.X, p.Y)));
        if (front.Length > 0)
        {
            string stairs = string.Concat(front.Select((p, i) => Invariant($"{(i == 0 ? "" : $"V{Y(p.Y):0.#}")}H{X(p.X):0.#}")));
            svg.Append(Invariant($"<path class=\"area\" d=\"M{X(frontier.Reference[0]):0.#} {Y(frontier.Reference[1]):0.#}V{Y(front[0].Y):0.#}{stairs}V{Y(frontier.Reference[1]):0.#}Z\"/>"));
        }
        var taken = new List<(double X, double Y, double Width)>();
        foreach (var p in points.OrderBy(p => p.Weight is null))
        {
            string color = p.Weight is null ? colors[p.Label] : "var(--s1)";
            svg.Append(Invariant($"<g style=\"--c:{color}\"><circle class=\"{(p.Weight is null ? "hollow" : "dot")}\" cx=\"{X(p.X):0.#}\" cy=\"{Y(p.Y):0.#}\" r=\"4.5\"/>{Label(p.Label, X(p.X), Y(p.Y), taken)}</g>"));
        }
        return svg.Append("</svg>").ToString();
    }

    /// <summary>The points that no other exceeds in both, from left to right.</summary>
    internal static (double X, double Y)[] Front(IEnumerable<(double X, double Y)> points)
    {
        var front = new List<(double X, double Y)>();
        foreach (var point in points.OrderByDescending(p => p.X).ThenByDescending(p => p.Y))
            if (front.Count == 0 || point.Y > front[^1].Y)
                front.Add(point);
        front.Reverse();
        return [.. front];
    }

    // The first place around the point where the name covers no other.
    private static string Label(string text, double x, double y, List<(double X, double Y, double Width)> taken)
    {
        double width = text.Length * CharacterWidth;
        (double X, double Y)[] places = [(x + 8, y + 4), (x - width / 2, y - 9), (x - 8 - width, y + 4), (x - width / 2, y + 18), (x + 6, y - 9), (x + 6, y + 18)];
        (double X, double Y) place = places.Where(p => p.X >= Left && p.X + width <= Width && p.Y > LineHeight
                && taken.All(t => p.X > t.X + t.Width || p.X + width < t.X || Math.Abs(p.Y - t.Y) >= LineHeight))
            .Append(places[0]).First();
        taken.Add((place.X, place.Y, width));
        return Invariant($"<text class=\"tinted\" x=\"{place.X:0.#}\" y=\"{place.Y:0.#}\">{HtmlText.Escape(text)}</text>");
    }
}
