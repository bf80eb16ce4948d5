namespace Plumbline.FakeHub;

/// <summary>A request that arrived.</summary>
/// <param name="Method">GET, HEAD, POST or PUT.</param>
/// <param name="Path">Its path, the query left out.</param>
/// <param name="AtStorage">Whether it came to the storage host, not to the hub.</param>
/// <param name="Authorization">The header; empty for none.</param>
/// <param name="Range">The header; empty for none.</param>
public sealed record FakeRequest(string Method, string Path, bool AtStorage, string Authorization, string Range);
