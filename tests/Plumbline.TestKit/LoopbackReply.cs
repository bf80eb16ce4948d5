namespace Plumbline.TestKit;

/// <summary>What a <see cref="LoopbackServer"/> answers.</summary>
public sealed record LoopbackReply(string Body, int Status = 200)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
