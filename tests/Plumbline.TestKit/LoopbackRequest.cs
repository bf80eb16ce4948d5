using System.Text.Json;

namespace Plumbline.TestKit;

/// <summary>What a <see cref="LoopbackServer"/> was asked.</summary>
public sealed record LoopbackRequest(string Method, string Path, string Body, string? Authorization)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
