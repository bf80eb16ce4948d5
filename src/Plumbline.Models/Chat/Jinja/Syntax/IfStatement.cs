using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% if %} ... {% elif %} ... {% else %} ... {% endif %}</c>.</summary>
internal sealed class IfStatement(int line, IReadOnlyList<(Expression Condition, Body Body)> branches, Body otherwise) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        foreach ((Expression condition, Body body) in branches)
            if (Truth.Of(condition.Evaluate(scope)))
                return body.Render(scope, output);
        return otherwise.Render(scope, output);
    }
}
