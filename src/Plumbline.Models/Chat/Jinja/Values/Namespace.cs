namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>The one value that a template can change: it carries variables out of a loop.</summary>
internal sealed class Namespace : IAttributes
{
    private readonly Dictionary<string, object?> _attributes = [];

    /// <inheritdoc/>
    public string Kind => "namespace";

    /// <inheritdoc/>
    public bool TryGet(string name, out object? value) => _attributes.TryGetValue(name, out value);

    /// <summary>Sets an attribute.</summary>
    internal void Set(string name, object? value) => _attributes[name] = value;
}
