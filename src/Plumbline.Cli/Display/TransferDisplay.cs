using System.Collections.Concurrent;
using Plumbline.Models.Hub;
using Spectre.Console;

namespace Plumbline.Cli.Display;

/// <summary>Shows files on their way: a bar each on a terminal, elsewhere a plain line as each is done. Safe for several threads.</summary>
internal sealed class TransferDisplay : IProgress<TransferProgress>, IDisposable
{
    private readonly IAnsiConsole _console;
    private readonly ConcurrentDictionary<string, ProgressTask> _tasks = new();
    private readonly TaskCompletionSource _ended = new();
    private readonly Task _drawing = Task.CompletedTask;
    private readonly ProgressContext? _bars;
    private readonly Lock _gate = new();

    private TransferDisplay(IAnsiConsole console, bool live)
    {
        _console = console;
        if (!live)
            return;
        var started = new TaskCompletionSource<ProgressContext>();
        _drawing = console.Progress().HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                started.SetResult(context);
                return _ended.Task;
            });
        _bars = started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Starts a display.</summary>
    /// <param name="console">Where it shows.</param>
    /// <param name="noLive">True for plain lines even on a terminal.</param>
    public static TransferDisplay Start(IAnsiConsole console, bool noLive) =>
        new(console, !noLive && console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi);

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        if (_bars is not null)
            _tasks.GetOrAdd(value.Path, path => _bars.AddTask(Markup.Escape(path), maxValue: Math.Max(1, value.Size))).Value = value.Size == 0 ? 1 : value.Done;
        else if (value.Done == value.Size && !value.Kept)
            lock (_gate)
                _console.Profile.Out.Writer.WriteLine($"{value.Path}  {DisplayText.Bytes(value.Size)}");
    }

    /// <summary>Draws the last state and lets go of the terminal.</summary>
    public void Dispose()
    {
        _ended.SetResult();
        _drawing.GetAwaiter().GetResult();
    }
}
