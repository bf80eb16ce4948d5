using System.Threading.Channels;
using Plumbline.Engine.Generation;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>A completion that somebody waits for: written by the thread that generates, read by the one that asked.</summary>
internal sealed class PendingCompletion : IDisposable
{
    private readonly HeldText _text;
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<Completion> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;

    /// <param name="model">The model to run.</param>
    /// <param name="adapter">The adapter's folder, or null.</param>
    /// <param name="request">The prompt with its own options.</param>
    /// <param name="cancellationToken">Settles it at once, wherever it stands.</param>
    public PendingCompletion(LocalModel model, string? adapter, GenerationRequest request, CancellationToken cancellationToken)
    {
        (Model, Adapter, Request) = (model, adapter, request);
        _text = new HeldText(model.Tokenizer.CreateDecoder(), request.Options!.StopStrings);
        _cancellation = cancellationToken.Register(() => Fail(new OperationCanceledException(cancellationToken)));
    }

    public LocalModel Model { get; }

    public string? Adapter { get; }

    public GenerationRequest Request { get; }

    /// <summary>Whether nobody waits any more: it has ended, failed or was cancelled.</summary>
    public bool IsSettled => _result.Task.IsCompleted;

    /// <summary>What came of it.</summary>
    public Task<Completion> Result => _result.Task;

    /// <summary>The text in pieces, whole characters only; ends, or fails, as the completion does.</summary>
    public IAsyncEnumerable<string> Pieces => _pieces.Reader.ReadAllAsync(CancellationToken.None);

    public void Add(int id) => Write(_text.Add(id));

    public void Finish(Completion completion)
    {
        Write(_text.Rest(completion.Text));
        _result.TrySetResult(completion);
        _pieces.Writer.TryComplete();
    }

    public void Fail(Exception reason)
    {
        if (reason is OperationCanceledException cancelled)
            _result.TrySetCanceled(cancelled.CancellationToken);
        else
            _result.TrySetException(reason);
        _pieces.Writer.TryComplete(reason);
    }

    /// <summary>Nobody waits any more: what has not ended is given up.</summary>
    public void Dispose()
    {
        _cancellation.Dispose();
        Fail(new OperationCanceledException());
    }

    private void Write(string piece)
    {
        if (piece.Length > 0)
            _pieces.Writer.TryWrite(piece);
    }
}
