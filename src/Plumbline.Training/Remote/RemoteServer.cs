using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly.Timeout;

namespace Plumbline.Training.Remote;

/// <summary>A server that takes and gives JSON.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RemoteServer : IDisposable
{
    private const int QuotedCharacters = 300;
    private readonly HttpClient _client;
    private readonly RemoteLimits _limits;

    /// <param name="limits">How patiently it is asked.</param>
    /// <param name="apiKey">Sent as a bearer token; null sends none.</param>
    /// <param name="handler">Sends; null is the network.</param>
    /// <param name="time">The clock of retries; null is the machine's.</param>
    public RemoteServer(RemoteLimits limits, string? apiKey = null, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        _limits = limits;
        _client = CreateClient(limits, handler, time);
        if (apiKey is not null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>A client that asks again where a failure may pass.</summary>
    public static HttpClient CreateClient(RemoteLimits limits, HttpMessageHandler? handler = null, TimeProvider? time = null) =>
        new(new RetryHandler(limits, handler ?? new SocketsHttpHandler(), time ?? TimeProvider.System)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Reads what stands at an address.</summary>
    /// <inheritdoc cref="PostAsync"/>
    public async Task<JsonElement> GetAsync(Uri address, CancellationToken cancellationToken) =>
        Parse(address, await AskAsync(address, () => _client.GetAsync(address, cancellationToken), cancellationToken).ConfigureAwait(false));

    /// <summary>Posts a body and reads the answer.</summary>
    /// <exception cref="RemoteException">There is no answer, an answer that is no success, or one that is not JSON.</exception>
    public async Task<JsonElement> PostAsync(Uri address, JsonNode body, CancellationToken cancellationToken) =>
        Parse(address, await PostTextAsync(address, body, cancellationToken).ConfigureAwait(false));

    /// <summary>Posts a body where the answer's text does not matter.</summary>
    /// <inheritdoc cref="PostAsync"/>
    public async Task<string> PostTextAsync(Uri address, JsonNode body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        return await AskAsync(address, () => _client.PostAsync(address, content, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static JsonElement Parse(Uri address, string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new RemoteException($"{address} answered with what is not JSON: {Quoted(text)}", fault);
        }
    }

    private async Task<string> AskAsync(Uri address, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await send().ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? text
                : throw new RemoteException($"{address} answered {(int)response.StatusCode} {response.ReasonPhrase}{(text.Length > 0 ? $": {Quoted(text)}" : ".")}");
        }
        catch (HttpRequestException fault)
        {
            throw new RemoteException($"{address} cannot be reached: {fault.Message.TrimEnd('.')}.", fault);
        }
        catch (TimeoutRejectedException fault)
        {
            throw new RemoteException($"{address} did not answer within {_limits.Timeout.TotalSeconds:0.###} s.", fault);
        }
    }

    private static string Quoted(string text) => text.Length <= QuotedCharacters ? text : $"{text[..QuotedCharacters]}...";

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
