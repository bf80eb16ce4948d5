using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Plumbline.Models.Hub;

/// <summary>Requests to the hub: the token goes to the hub's own origin and nowhere else, redirects are followed, and what may pass by itself is tried again.</summary>
internal sealed class HubHttp : IDisposable
{
    private const int MaxRedirects = 10;
    internal const int MaxAttempts = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1), LongestWait = TimeSpan.FromMinutes(5);
    private static readonly ProductInfoHeaderValue Agent = new("plumbline", typeof(HubHttp).Assembly.GetName().Version?.ToString(3) ?? "0");

    // Redirects are followed here: .NET's handler drops the token even on the way to a renamed repository of the same hub.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly HubSettings _settings;
    private readonly Uri _endpoint;
    private readonly TimeProvider _time;

    public HubHttp(HubSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _endpoint = Uri.TryCreate(settings.Endpoint, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https" ? endpoint
            : throw new HubException($"HF_ENDPOINT is '{settings.Endpoint}', but the hub's address is a URL such as {HubSettings.PublicEndpoint}.");
    }

    /// <summary>Sends a request until it is answered by something other than 429 or 5xx; the body is not read.</summary>
    /// <param name="make">Makes the request anew for every attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">The hub cannot be reached, or went on failing.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan? asked = null;
            try
            {
                HttpResponseMessage response = await FollowAsync(make, cancellationToken);
                if (response.StatusCode is not HttpStatusCode.TooManyRequests && (int)response.StatusCode < 500)
                    return response;
                using (response)
                {
                    if (attempt == MaxAttempts)
                        throw new HubException($"{Place(response.RequestMessage!)} answered {(int)response.StatusCode} ({response.ReasonPhrase}) {MaxAttempts} times. {(response.StatusCode is HttpStatusCode.TooManyRequests ? "Too much was asked in a short time: wait some minutes, or set HF_TOKEN, which raises the limit" : "The hub has a fault: try again later")}; what was fetched is kept.");
                    asked = RetryAfter(response);
                }
            }
            catch (Exception fault) when (IsPassing(fault, cancellationToken))
            {
                if (attempt == MaxAttempts)
                    throw Unreachable(fault);
            }
            await WaitAsync(attempt, asked, cancellationToken);
        }
    }

    /// <summary>GET, answered with JSON, and the headers of the answer.</summary>
    public async Task<(JsonElement Body, HttpResponseHeaders Headers)> GetJsonAsync(Uri uri, Func<HttpResponseMessage, CancellationToken, Task> check, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, uri), cancellationToken);
        await check(response, cancellationToken);
        return (await JsonAsync(response, cancellationToken), response.Headers);
    }

    /// <summary>POST, answered with JSON or with nothing.</summary>
    /// <param name="uri">Where.</param>
    /// <param name="content">Makes the body anew for every attempt.</param>
    /// <param name="check">Throws where the answer is a refusal.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<JsonElement> PostAsync(Uri uri, Func<HttpContent> content, Func<HttpResponseMessage, CancellationToken, Task> check, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, uri) { Content = content() }, cancellationToken);
        await check(response, cancellationToken);
        return response.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal) ? await JsonAsync(response, cancellationToken) : default;
    }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="HubException">It is something else, such as the page of a proxy.</exception>
    public async Task<JsonElement> JsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new HubException($"{Place(response.RequestMessage!)} answered with something that is not the hub's JSON. Is HF_ENDPOINT ({_settings.Endpoint}) a hub, and does no proxy answer in its place?", fault);
        }
    }

    /// <summary>Waits before another attempt: as long as the hub asked, else 1, 2, 4, ... seconds.</summary>
    public Task WaitAsync(int attempt, TimeSpan? asked, CancellationToken cancellationToken)
    {
        TimeSpan wait = asked ?? FirstWait * Math.Pow(2, attempt - 1);
        return Task.Delay(wait < LongestWait ? wait : LongestWait, _time, cancellationToken);
    }

    /// <summary>Whether a fault may be gone at the next attempt.</summary>
    public static bool IsPassing(Exception fault, CancellationToken cancellationToken) =>
        fault is HttpRequestException or IOException or TimeoutException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>The sentence for a network that does not carry.</summary>
    public HubException Unreachable(Exception fault) => new(
        $"The hub at {_settings.Endpoint} cannot be reached: {fault.Message.TrimEnd('.')}. Check the network and HF_ENDPOINT; what was pulled before is used without a network.", fault);

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        Uri? target = null;
        for (int hop = 0; ; hop++)
        {
            HttpRequestMessage request = make();
            request.RequestUri = target ?? request.RequestUri;
            request.Headers.UserAgent.Add(Agent);
            if (_settings.Token is { } token && IsHub(request.RequestUri!))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } location)
                return response;
            response.Dispose();
            target = new Uri(request.RequestUri!, location);
            if (hop == MaxRedirects)
                throw new HubException($"{Place(request)} sends from one address to the next without end.");
            if (request.RequestUri!.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps)
                throw new HubException($"{Place(request)} sends to {target.Host} over an open line (http); nothing was fetched from there.");
        }
    }

    private bool IsHub(Uri uri) => uri.Scheme == _endpoint.Scheme && uri.Host == _endpoint.Host && uri.Port == _endpoint.Port;

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };

    // Without the query, in which a signed address carries its secret.
    private static string Place(HttpRequestMessage request) => request.RequestUri!.GetLeftPart(UriPartial.Path);
}
