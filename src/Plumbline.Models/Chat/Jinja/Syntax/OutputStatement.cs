using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class OutputStatement(int line, Expression value) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        output.Write(PythonText.Of(value.Evaluate(scope)));
        return Flow.Next;
    }
}
