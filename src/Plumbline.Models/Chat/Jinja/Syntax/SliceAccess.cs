using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value[start:stop:step]</c>.</summary>
internal sealed class SliceAccess(int line, Expression value, Expression? start, Expression? stop, Expression? step) : Expression(line)
{
    protected override object? ValueIn(Scope scope) =>
        Access.Slice(value.Evaluate(scope), start?.Evaluate(scope), stop?.Evaluate(scope), step?.Evaluate(scope), scope.Rendering);
}
