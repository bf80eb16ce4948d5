using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value.name</c>.</summary>
internal sealed class AttributeAccess(int line, Expression value, string name) : Expression(line)
{
    /// <summary>The value whose attribute it is.</summary>
    internal Expression Value => value;

    /// <summary>The attribute.</summary>
    internal string Name => name;

    protected override object? ValueIn(Scope scope) => Access.Attribute(value.Evaluate(scope), name);
}
