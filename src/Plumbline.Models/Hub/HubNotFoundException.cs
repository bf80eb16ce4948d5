namespace Plumbline.Models.Hub;

/// <summary>The hub shows nobody, or not this user, a repository of that name.</summary>
public sealed class HubNotFoundException : HubException
{
    internal HubNotFoundException(string message) : base(message) { }
}
