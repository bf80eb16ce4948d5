using static System.FormattableString;

namespace Plumbline.Cli.Display;

/// <summary>Small texts that the live and the plain display share.</summary>
internal static class DisplayText
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>Three decimals for small values, none for large.</summary>
    public static string Number(double value) => Math.Abs(value) >= 1000 ? Invariant($"{value:#,0}") : Invariant($"{value:0.000}");

    /// <summary>In the unit that leaves one to three digits before the point: 812 B, 1.2 kB, 15.2 GB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => Invariant($"{bytes} B"),
        < 1_000_000 => Invariant($"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => Invariant($"{bytes / 1e6:0.0} MB"),
        _ => Invariant($"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>1:05 or 2:03:04.</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : Invariant($"{time.Minutes}:{time.Seconds:00}");

    /// <summary>A row of blocks over all values, each block the mean of its share; empty before two finite values.</summary>
    public static string Sparkline(IReadOnlyList<double> values, int width)
    {
        double[] finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length < 2)
            return "";
        int count = Math.Min(width, finite.Length);
        double[] means = Enumerable.Range(0, count).Select(i => finite[(i * finite.Length / count)..((i + 1) * finite.Length / count)].Average()).ToArray();
        double lowest = means.Min(), range = means.Max() - lowest;
        return string.Concat(means.Select(mean => range > 0 ? Blocks[(int)Math.Round((mean - lowest) / range * (Blocks.Length - 1))] : Blocks[0]));
    }

    /// <summary>+1, 0 or -1: whether the last quarter of the values lies above the quarter before it by more than a twentieth of their range.</summary>
    public static int Trend(IReadOnlyList<double> values)
    {
        double[] finite = values.Where(double.IsFinite).ToArray();
        int quarter = Math.Max(1, finite.Length / 4);
        if (finite.Length < 2 * quarter)
            return 0;
        double change = finite[^quarter..].Average() - finite[^(2 * quarter)..^quarter].Average();
        return Math.Abs(change) <= 0.05 * (finite.Max() - finite.Min()) ? 0 : Math.Sign(change);
    }

    /// <summary>How far a run is: a bar of <paramref name="width"/> characters.</summary>
    public static (string Done, string Left) Bar(int step, int totalSteps, int width, bool unicode)
    {
        int done = totalSteps > 0 ? (int)Math.Clamp((long)step * width / totalSteps, 0, width) : 0;
        return (new string(unicode ? '━' : '#', done), new string(unicode ? '─' : '-', width - done));
    }
}
