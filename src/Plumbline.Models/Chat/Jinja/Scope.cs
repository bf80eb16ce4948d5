namespace Plumbline.Models.Chat.Jinja;

/// <summary>The variables that a part of a template sees. Setting one never changes a scope further out.</summary>
/// <param name="rendering">The rendering it belongs to.</param>
/// <param name="outer">Where variables are looked for that are not set here; null for the outermost.</param>
internal sealed class Scope(Rendering rendering, Scope? outer = null)
{
    private readonly Dictionary<string, object?> _variables = [];

    /// <summary>The rendering it belongs to.</summary>
    internal Rendering Rendering => rendering;

    /// <summary>A variable, or an undefined value that names it.</summary>
    internal object? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
            if (scope._variables.TryGetValue(name, out object? value))
                return value;
        return new Values.Undefined($"'{name}' is undefined");
    }

    /// <summary>Sets a variable here.</summary>
    internal void Set(string name, object? value) => _variables[name] = value;

    /// <summary>A scope within this one.</summary>
    internal Scope Inner() => new(rendering, this);

    private Scope? Outer => outer;
}
