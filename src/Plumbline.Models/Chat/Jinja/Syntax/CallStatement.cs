using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% call(parameters) macro(arguments) %} ... {% endcall %}</c>: the block is the macro's <c>caller</c>.</summary>
internal sealed class CallStatement(int line, Call call, IReadOnlyList<Parameter> parameters, Body body) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        output.Write(PythonText.Of(call.ValueIn(scope, new Macro("caller", parameters, body, scope))));
        return Flow.Next;
    }
}
