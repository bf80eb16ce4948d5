using Plumbline.Engine.Generation;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>Generates on one thread of its own: completions that wait for the same model and adapter side by side, the others in their turn.</summary>
/// <remarks>
/// Two threads that both run tensors are slower than one. Whatever runs beside it, a completion's tokens are the same: they depend on its seed
/// and its prompt. What comes while a batch runs waits until that batch has ended.
/// </remarks>
internal sealed class GenerationQueue : IDisposable
{
    private readonly object _gate = new();
    private readonly List<PendingCompletion> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;

    public GenerationQueue()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "Plumbline generation" };
        _thread.Start();
    }

    /// <summary>Lines a completion up.</summary>
    /// <exception cref="ObjectDisposedException">The queue has been closed.</exception>
    public void Add(PendingCompletion pending)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(LocalChatClient));
            _waiting.Add(pending);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends after the token that is being sampled; what waits is cancelled.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping.Cancel();
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        foreach (PendingCompletion pending in _waiting)
            pending.Fail(new OperationCanceledException("The client was closed before the answer had begun."));
        _stopping.Dispose();
    }

    private void Run()
    {
        while (TakeAlike() is { Length: > 0 } batch)
            try
            {
                Generate(batch);
            }
            catch (Exception failure)
            {
                foreach (PendingCompletion pending in batch)
                    pending.Fail(failure);
            }
    }

    // The first that waits, and all that can run beside it; nothing once the queue has been closed.
    private PendingCompletion[] TakeAlike()
    {
        lock (_gate)
        {
            while (true)
            {
                _waiting.RemoveAll(pending => pending.IsSettled);
                if (_stopping.IsCancellationRequested)
                    return [];
                if (_waiting is [{ } first, ..])
                {
                    PendingCompletion[] alike = [.. _waiting.Where(pending => pending.Model == first.Model && pending.Adapter == first.Adapter)];
                    _waiting.RemoveAll(alike.Contains);
                    return alike;
                }
                Monitor.Wait(_gate);
            }
        }
    }

    private void Generate(PendingCompletion[] batch)
    {
        Generator generator = batch[0].Model.Activate(batch[0].Adapter);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        generator.Generate([.. batch.Select(pending => pending.Request)], new GenerationOptions(),
            (row, id) =>
            {
                batch[row].Add(id);
                if (Array.TrueForAll(batch, pending => pending.IsSettled))
                    abandoned.Cancel();
            },
            (row, completion) => batch[row].Finish(completion),
            abandoned.Token);
    }
}
