using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>left and right</c>, <c>left or right</c>: the value of the one that decides.</summary>
internal sealed class Logical(int line, bool isAnd, Expression left, Expression right) : Expression(line)
{
    protected override object? ValueIn(Scope scope)
    {
        object? value = left.Evaluate(scope);
        return Truth.Of(value) == isAnd ? right.Evaluate(scope) : value;
    }
}
