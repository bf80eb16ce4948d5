using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Plumbline.Training.Tests.Rewards.Judges;

/// <summary>A chat model that replies as a test says.</summary>
internal sealed class ScriptedChat(Func<string, string> reply) : IChatClient
{
    /// <summary>(system message, user message) of every question.</summary>
    public ConcurrentQueue<(string Task, string Shown)> Questions { get; } = new();

    public ChatOptions? Options { get; private set; }

    public bool IsDisposed { get; private set; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] asked = [.. messages];
        Questions.Enqueue((asked[0].Text, asked[1].Text));
        Options = options;
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(asked[1].Text))));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => IsDisposed = true;
}
