using Plumbline.Models.Chat.Jinja.Library;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value is test(arguments)</c>.</summary>
internal sealed class TestCall(int line, Expression value, string name, Test test, ArgumentList arguments) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => test(value.Evaluate(scope), arguments.Evaluate(name, scope));
}
