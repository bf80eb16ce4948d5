using System.Threading.Channels;
using Plumbline.Training.Runs;
using Spectre.Console;

namespace Plumbline.Cli.Display;

/// <summary>Shows a run in the terminal while it goes: reward and each objective first, then KL, length, pace and time left, then advice.</summary>
/// <remarks>
/// On a terminal one picture is redrawn, at most five times a second, by a task of its own: a step only leaves its report. Elsewhere plain
/// lines are written, one a step but no more than one in two seconds. The messages come in both. Dispose it before writing elsewhere.
/// </remarks>
public sealed class RunDisplay : IRunObserver, IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly RunHistory _history = new();
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = new();
    private readonly Task? _drawing;
    private long? _lastLine;

    internal RunDisplay(IAnsiConsole console, bool live, TimeProvider time)
    {
        _console = console;
        _time = time;
        if (live)
            _drawing = Task.Run(DrawAsync);
    }

    /// <summary>Starts a display.</summary>
    /// <param name="console">Where it shows: standard error when standard output is for machines.</param>
    /// <param name="noLive">True for plain lines even on a terminal.</param>
    public static RunDisplay Start(IAnsiConsole console, bool noLive = false) =>
        new(console, !noLive && console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi, TimeProvider.System);

    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        lock (_gate)
            _history.Add(report);
        if (_drawing is not null)
            _news.Writer.TryWrite(true);
        else if (_lastLine is null || report.Step == report.TotalSteps || _time.GetElapsedTime(_lastLine.Value) >= BetweenLines)
        {
            _lastLine = _time.GetTimestamp();
            WriteLine(PlainLine.Step(_history));
        }
    }

    /// <inheritdoc/>
    public void OnMessage(RunMessage message)
    {
        lock (_gate)
            _history.Add(message);
        if (_drawing is not null)
            _news.Writer.TryWrite(true);
        else
            WriteLine(PlainLine.Message(message));
    }

    /// <summary>Draws the last state, which stays on the screen, and gives the terminal back.</summary>
    public void Dispose()
    {
        _news.Writer.TryComplete();
        _ending.Cancel();
        _drawing?.GetAwaiter().GetResult();
        _ending.Dispose();
    }

    private Task DrawAsync() => _console.Live(View()).StartAsync(async context =>
    {
        while (await _news.Reader.WaitToReadAsync())
        {
            _news.Reader.TryRead(out _);
            context.UpdateTarget(View());
            await Task.Delay(Redraw, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.UpdateTarget(View());
    });

    private Spectre.Console.Rendering.IRenderable View()
    {
        lock (_gate)
            return RunView.Render(_history, _console.Profile.Capabilities.Unicode);
    }

    // Past the console's own writing, which would break a long line at the width it guesses for a pipe.
    private void WriteLine(string line)
    {
        _console.Profile.Out.Writer.WriteLine(line);
        _console.Profile.Out.Writer.Flush();
    }
}
