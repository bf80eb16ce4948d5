using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Plumbline.Engine.Generation;
using Plumbline.Models.Chat;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Hub;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using FinishReason = Plumbline.Engine.Generation.FinishReason;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>A chat client over a model folder and, perhaps, an adapter, in this process.</summary>
/// <remarks>
/// Safe on many threads at once: one thread generates, calls for the same model and adapter run side by side, others wait their turn. The
/// weights are read at the first call. An answer depends on the conversation, the options and the seed, not on what else is running.
/// A call that is cancelled returns at once; its model goes on to the end of the answers that others wait for.
/// </remarks>
public sealed class LocalChatClient : IChatClient
{
    private const string Provider = "plumbline";
    private readonly LocalModels _models;
    private readonly bool _owned;
    private readonly LocalChatOptions _options;
    private readonly LocalModel _model;
    private readonly string? _adapter;
    private readonly ChatClientMetadata _metadata;

    internal LocalChatClient(LocalModels models, LocalChatOptions options, bool owned = false)
    {
        (_models, _options, _owned) = (models, options, owned);
        _model = models.Open(options.Model, options.Device);
        _adapter = options.Adapter is null ? null : Path.GetFullPath(ModelFolder.Resolve(options.Adapter));
        _metadata = new ChatClientMetadata(Provider, defaultModelId: Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Model))));
    }

    /// <summary>Opens a client of its own; where several clients share a model, register them with a service collection instead.</summary>
    /// <param name="options">Which model, and how it answers.</param>
    /// <exception cref="ArgumentException">The options cannot be; every fault is told.</exception>
    /// <exception cref="CheckpointException">The folder holds no language model.</exception>
    /// <exception cref="TokenizerException">The folder holds no tokenizer that fits.</exception>
    /// <exception cref="ChatTemplateException">The folder holds no chat template that can be read.</exception>
    public static LocalChatClient Open(LocalChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] faults = [.. LocalChatFaults.Of(options)];
        if (faults.Length > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        var models = new LocalModels();
        try
        {
            return new LocalChatClient(models, options, owned: true);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Writes the answer to a conversation.</summary>
    /// <param name="messages">The whole conversation; text alone.</param>
    /// <param name="options">What to do otherwise than the client's options say. MinP and the like come through its RawRepresentationFactory as <see cref="GenerationOptions"/>.</param>
    /// <param name="cancellationToken">Gives the answer up.</param>
    /// <returns>One message of the assistant, with tokens counted; <see cref="ChatResponse.RawRepresentation"/> is the <see cref="Completion"/> with its log-probabilities.</returns>
    /// <exception cref="ContextLengthException">The conversation and the answer do not fit the model's context.</exception>
    /// <exception cref="NotSupportedException">The call asks for tools, a format, or what is no text.</exception>
    /// <exception cref="ChatTemplateException">The model's chat template refuses the conversation.</exception>
    /// <exception cref="CheckpointException">Weights or adapter cannot be read.</exception>
    /// <exception cref="NativeLoadException">libtorch cannot be loaded.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using PendingCompletion pending = Begin(messages, options, cancellationToken);
        Completion completion = await pending.Result.ConfigureAwait(false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, completion.Text) { MessageId = NewId() })
        {
            ResponseId = NewId(),
            ModelId = _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = Reason(completion),
            Usage = Usage(pending, completion),
            RawRepresentation = completion,
        };
    }

    /// <summary>Writes the answer to a conversation as it comes, whole characters only; a last update tells why it ended and what it took.</summary>
    /// <inheritdoc cref="GetResponseAsync"/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using PendingCompletion pending = Begin(messages, options, cancellationToken);
        string response = NewId(), message = NewId();
        ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content])
        {
            ResponseId = response,
            MessageId = message,
            ModelId = _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
        };
        await foreach (string piece in pending.Pieces.ConfigureAwait(false))
            yield return Update(new TextContent(piece));
        Completion completion = await pending.Result.ConfigureAwait(false);
        ChatResponseUpdate last = Update(new UsageContent(Usage(pending, completion)));
        last.FinishReason = Reason(completion);
        last.RawRepresentation = completion;
        yield return last;
    }

    /// <summary>What stands behind the client: <see cref="ChatClientMetadata"/>, the <see cref="Tokenizer"/>, or the client itself; null for the rest.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(Tokenizer) ? _model.Tokenizer
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Gives the model back where the client opened it itself.</summary>
    public void Dispose()
    {
        if (_owned)
            _models.Dispose();
    }

    private PendingCompletion Begin(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        GenerationOptions asked = ChatGeneration.Of(_options, options, this, () => Random.Shared.NextInt64());
        int[] ids = ChatPrompt.Encode(_model.Tokenizer, messages, options?.Instructions, _options.Instructions);
        GenerationOptions fitting = ChatGeneration.Fit(asked, (options?.MaxOutputTokens ?? _options.MaxOutputTokens) is not null, _model.Config, ids.Length);
        var pending = new PendingCompletion(_model, _adapter, new GenerationRequest(ids, Options: fitting), cancellationToken);
        _models.Queue.Add(pending);
        return pending;
    }

    private static ChatFinishReason Reason(Completion completion) => completion.FinishReason == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails Usage(PendingCompletion pending, Completion completion)
    {
        int read = pending.Request.PromptIds.Length, written = completion.TokenIds.Length;
        return new UsageDetails { InputTokenCount = read, OutputTokenCount = written, TotalTokenCount = read + written };
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
