namespace Plumbline.Models.Hub;

/// <summary>How a folder is published.</summary>
public sealed record PushOptions
{
    /// <summary>Whether a repository that must be made is private; one that is there stays as it is.</summary>
    public bool Private { get; init; }

    /// <summary>The commit's message.</summary>
    public string Message { get; init; } = "Upload with Plumbline";
}
