using System.Diagnostics;

namespace Plumbline.Training.Runs;

/// <summary>Times the phases of one step.</summary>
public sealed class StepClock
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Seconds of each phase, in order.</summary>
    public Dictionary<string, double> Phases { get; } = [];

    /// <summary>Seconds since the step began.</summary>
    public double Total => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Ends a phase; one that comes again adds up.</summary>
    public void Lap(string phase)
    {
        long now = Stopwatch.GetTimestamp();
        Phases[phase] = Phases.GetValueOrDefault(phase) + Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
    }
}
