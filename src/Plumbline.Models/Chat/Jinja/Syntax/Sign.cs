using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>-value</c> or <c>+value</c>.</summary>
internal sealed class Sign(int line, bool isMinus, Expression value) : Expression(line)
{
    protected override object? ValueIn(Scope scope)
    {
        object negative = Arithmetic.Negative(value.Evaluate(scope));
        return isMinus ? negative : Arithmetic.Negative(negative);
    }
}
