namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>What a block of template writes, as a value: the text of <c>{% set x %} ... {% endset %}</c> and <c>{% filter f %} ... {% endfilter %}</c>.</summary>
internal sealed class BlockText(int line, Body body) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => body.Text(scope.Inner());
}
