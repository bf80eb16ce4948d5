using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value if condition else otherwise</c>.</summary>
internal sealed class Conditional(int line, Expression condition, Expression value, Expression? otherwise) : Expression(line)
{
    protected override object? ValueIn(Scope scope) =>
        Truth.Of(condition.Evaluate(scope)) ? value.Evaluate(scope)
        : otherwise is null ? new Undefined("an 'if' without 'else' did not hold")
        : otherwise.Evaluate(scope);
}
