namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% generation %} ... {% endgeneration %}</c>: what is written in it is the assistant's own.</summary>
internal sealed class GenerationStatement(int line, Body body) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        int from = output.Length;
        Flow flow = body.Render(scope.Inner(), output);
        output.MarkGenerated(from);
        return flow;
    }
}
