using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Plumbline.Training.Remote;

/// <summary>Asks again where a failure may pass, within limits; the last answer, good or bad, is the answer.</summary>
/// <remarks>Thread-safe. Owns the inner handler.</remarks>
internal sealed class RetryHandler : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <param name="limits">How often and how long.</param>
    /// <param name="inner">Sends.</param>
    /// <param name="time">Keeps the pauses and the time of an attempt.</param>
    public RetryHandler(RemoteLimits limits, HttpMessageHandler inner, TimeProvider time) : base(inner)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (limits.MaxRetries > 0)
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = limits.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = limits.Delay,
                MaxDelay = limits.MaxDelay,
                ShouldHandle = failed => ValueTask.FromResult(MayPass(failed.Outcome)),
                DelayGenerator = failed => ValueTask.FromResult(Wanted(failed.Outcome.Result, limits.MaxDelay, time)),
            });
        _pipeline = builder.AddTimeout(limits.Timeout).Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false); // it may be sent again
        return await _pipeline.ExecuteAsync(async token =>
        {
            HttpResponseMessage response = await base.SendAsync(request, token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(token).ConfigureAwait(false);    // a body that stalls is a late answer
            return response;
        }, cancellationToken).ConfigureAwait(false);
    }

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result is { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError };

    // What the server asks for, held within bounds; null leaves it to the backoff.
    private static TimeSpan? Wanted(HttpResponseMessage? response, TimeSpan most, TimeProvider time)
    {
        TimeSpan? after = response?.Headers.RetryAfter is not { } wanted ? null : wanted.Delta ?? wanted.Date - time.GetUtcNow();
        return after is null ? null : TimeSpan.FromTicks(Math.Clamp(after.Value.Ticks, 0, most.Ticks));
    }
}
