using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Plumbline.Training.Tests.Remote;

/// <summary>Answers requests without a network, as a test says; null never answers.</summary>
internal sealed class ScriptedHandler(Func<JsonElement, int, HttpResponseMessage?> answer) : HttpMessageHandler
{
    private int _count;

    public ConcurrentQueue<JsonElement> Bodies { get; } = new();

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonElement body = JsonElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
        Bodies.Enqueue(body);
        if (answer(body, Interlocked.Increment(ref _count)) is { } response)
            return response;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException();
    }
}
