namespace Plumbline.Training.Remote;

/// <summary>How patiently a server is asked.</summary>
public sealed record RemoteLimits
{
    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Further attempts after one that failed in a way that may pass: no connection, no answer in time, 408, 429 or 5xx.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>The pause before the first further attempt, doubled for each after it; a server's <c>Retry-After</c> goes before.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}
