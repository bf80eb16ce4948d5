namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% macro name(parameters) %} ... {% endmacro %}</c>.</summary>
internal sealed class MacroStatement(int line, string name, IReadOnlyList<Parameter> parameters, Body body) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        scope.Set(name, new Macro(name, parameters, body, scope));
        return Flow.Next;
    }
}
