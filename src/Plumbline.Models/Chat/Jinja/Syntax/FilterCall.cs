using Plumbline.Models.Chat.Jinja.Library;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value | filter(arguments)</c>.</summary>
internal sealed class FilterCall(int line, Expression value, string name, Filter filter, ArgumentList arguments) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => filter(value.Evaluate(scope), arguments.Evaluate(name, scope), scope.Rendering);
}
