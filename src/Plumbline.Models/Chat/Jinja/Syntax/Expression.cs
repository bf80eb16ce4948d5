namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A part of a template that has a value. Immutable.</summary>
/// <param name="line">The line it begins on.</param>
internal abstract class Expression(int line)
{
    /// <summary>The line it begins on.</summary>
    internal int Line => line;

    /// <summary>Its value in a scope; counted as a step.</summary>
    /// <exception cref="JinjaException">It has none.</exception>
    internal object? Evaluate(Scope scope)
    {
        scope.Rendering.Step(line);
        return ValueIn(scope);
    }

    /// <summary>Its value in a scope.</summary>
    protected abstract object? ValueIn(Scope scope);
}
