using System.Collections.Concurrent;

namespace Plumbline.Training.Tests.Remote;

/// <summary>A clock whose pauses pass at once, and are recorded; but for those that never shall.</summary>
internal sealed class SuddenTime(Func<TimeSpan, bool> never) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _passed = new();

    /// <summary>Seconds of the pauses that passed.</summary>
    public IReadOnlyList<double> Passed => [.. _passed.Select(pause => pause.TotalSeconds)];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan && !never(dueTime))
        {
            _passed.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }
        return new Passing(this, callback, state);
    }

    private sealed class Passing(SuddenTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
                time.CreateTimer(callback, state, dueTime, period);
            return true;
        }

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
