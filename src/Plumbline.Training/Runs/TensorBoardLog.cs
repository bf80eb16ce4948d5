using System.Threading.Channels;
using TorchSharp;

namespace Plumbline.Training.Runs;

/// <summary>Scalars for TensorBoard: an events.out.tfevents file in the run folder; each opening starts a new file, as TensorBoard expects.</summary>
/// <remarks>
/// Written by a thread of its own, since each scalar opens and closes the file: a step only hands over its metrics. A failure is never the
/// run's: it is told once through the callback, on the thread that calls <see cref="Append"/> or <see cref="Dispose"/>, and nothing more is written.
/// </remarks>
public sealed class TensorBoardLog : IDisposable
{
    private readonly Channel<MetricsRow> _rows = Channel.CreateUnbounded<MetricsRow>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writing;
    private readonly Action<string> _warn;
    private bool _told;

    /// <summary>Starts the writer.</summary>
    /// <param name="directory">The folder that takes the events file.</param>
    /// <param name="warn">Takes the one warning when nothing can be written.</param>
    public TensorBoardLog(string directory, Action<string> warn)
    {
        _warn = warn;
        _writing = Task.Run(() => WriteAsync(directory));
    }

    /// <summary>Hands over one step's metrics. Values are written as float32.</summary>
    /// <param name="step">The step they belong to.</param>
    /// <param name="metrics">Values by name; not to be changed afterwards.</param>
    public void Append(int step, IReadOnlyDictionary<string, double> metrics)
    {
        if (_writing.IsFaulted)
            Tell();
        else
            _rows.Writer.TryWrite(new MetricsRow(step, metrics));
    }

    /// <summary>Waits until everything handed over is written.</summary>
    public void Dispose()
    {
        _rows.Writer.TryComplete();
        ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
        if (_writing.IsFaulted)
            Tell();
    }

    private async Task WriteAsync(string directory)
    {
        var writer = torch.utils.tensorboard.SummaryWriter(directory);
        await foreach (MetricsRow row in _rows.Reader.ReadAllAsync())
            foreach (var (name, value) in row.Metrics)
                writer.add_scalar(name, (float)value, row.Step);
    }

    private void Tell()
    {
        if (_told)
            return;
        _told = true;
        _warn($"TensorBoard's file cannot be written, so the run goes on without it; metrics.jsonl holds the same numbers. {_writing.Exception!.GetBaseException().Message}");
    }
}
