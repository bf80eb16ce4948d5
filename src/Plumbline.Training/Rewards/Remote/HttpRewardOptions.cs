using Plumbline.Training.Remote;

namespace Plumbline.Training.Rewards.Remote;

/// <summary>A reward server and how it is asked.</summary>
public sealed record HttpRewardOptions
{
    /// <summary>The address that scores are posted to.</summary>
    public required Uri Url { get; init; }

    /// <summary>The objectives that the server scores, in the order of its rows where it does not name them.</summary>
    public required IReadOnlyList<string> Objectives { get; init; }

    /// <summary>The prompts' field that is sent as their label, such as a reference answer; null sends empty labels.</summary>
    public string? LabelField { get; init; }

    /// <summary>A bearer token; null sends none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Rows of one request.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Requests side by side.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Patience.</summary>
    public RemoteLimits Limits { get; init; } = new();
}
