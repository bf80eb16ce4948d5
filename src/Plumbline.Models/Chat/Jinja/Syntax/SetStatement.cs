namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% set target = value %}</c>.</summary>
internal sealed class SetStatement(int line, Expression target, Expression value) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        Assignment.Assign(target, value.Evaluate(scope), scope);
        return Flow.Next;
    }
}
