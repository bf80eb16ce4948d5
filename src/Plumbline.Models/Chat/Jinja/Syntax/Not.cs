using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>not value</c>.</summary>
internal sealed class Not(int line, Expression value) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => !Truth.Of(value.Evaluate(scope));
}
