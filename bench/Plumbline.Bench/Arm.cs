namespace Plumbline.Bench;

/// <summary>One of several things measured side by side.</summary>
/// <param name="Name">Unique among the arms.</param>
/// <param name="Run">Does it once; the result is seconds by part. A part named "" is the whole.</param>
internal sealed record Arm(string Name, Func<Dictionary<string, double>> Run)
{
    /// <summary>An arm that is timed from outside, as a whole.</summary>
    public static Arm Timed(string name, Action run) => new(name, () =>
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        run();
        return new() { [""] = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds };
    });
}
