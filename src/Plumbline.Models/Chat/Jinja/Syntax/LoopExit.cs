namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% break %}</c> or <c>{% continue %}</c>.</summary>
internal sealed class LoopExit(int line, Flow flow) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output) => flow;
}
