using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value[key]</c>.</summary>
internal sealed class ItemAccess(int line, Expression value, Expression key) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => Access.Item(value.Evaluate(scope), key.Evaluate(scope));
}
