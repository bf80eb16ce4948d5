using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Two values joined by an arithmetic operator.</summary>
internal sealed class Binary(int line, string operation, Expression left, Expression right) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => Arithmetic.Binary(operation, left.Evaluate(scope), right.Evaluate(scope), scope.Rendering);
}
