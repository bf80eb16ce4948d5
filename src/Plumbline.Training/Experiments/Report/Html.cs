using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Small pieces of markup that several sections share.</summary>
internal static class Html
{
    /// <summary>A difference on a line of its own, coloured by its sign.</summary>
    public static string Change(double difference) => $"<small class=\"{Direction(difference)}\">{Figures.Signed(difference)}</small>";

    /// <summary>The class of a difference: nothing for one that shows as zero.</summary>
    public static string Direction(double difference) => difference >= 0.0005 ? "up" : difference <= -0.0005 ? "down" : "soft";

    /// <summary>A legend: a swatch and a name each.</summary>
    public static string Key(IEnumerable<(string Name, string Color)> entries) =>
        $"<ul class=\"key\">{string.Concat(entries.Select(entry => $"<li><span class=\"swatch\" style=\"--c:{entry.Color}\"></span>{HtmlText.Escape(entry.Name)}</li>"))}</ul>\n";
}
