namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A value written out: a text, number, true, false or none.</summary>
internal sealed class Literal(int line, object? value) : Expression(line)
{
    protected override object? ValueIn(Scope scope) => value;
}
