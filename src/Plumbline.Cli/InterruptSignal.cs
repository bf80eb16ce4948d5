using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Plumbline.Cli;

/// <summary>The first Ctrl-C (or SIGTERM) asks for an orderly end; a second one ends the process at once.</summary>
internal sealed class InterruptSignal : IDisposable
{
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt, _terminate;
    private readonly string _announcement;
    private long _first;

    /// <param name="announcement">Told on the error stream at the first signal; empty for nothing.</param>
    public InterruptSignal(string announcement)
    {
        _announcement = announcement;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => _source.Token;

    private void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            // A wrapper may pass on a signal that the terminal has sent already; only a later one is a second wish.
            context.Cancel = Stopwatch.GetElapsedTime(_first) < Echo;
            return;
        }
        context.Cancel = true;
        _first = Stopwatch.GetTimestamp();
        if (_announcement.Length > 0)
            Console.Error.WriteLine(_announcement);
        _source.Cancel();
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }
}
