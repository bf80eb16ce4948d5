using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A chain of comparisons, as Python reads it: <c>a &lt; b &lt; c</c> means a &lt; b and b &lt; c.</summary>
internal sealed class Comparison(int line, Expression first, IReadOnlyList<(string Operation, Expression Value)> others) : Expression(line)
{
    protected override object? ValueIn(Scope scope)
    {
        object? left = first.Evaluate(scope);
        foreach ((string operation, Expression other) in others)
        {
            object? right = other.Evaluate(scope);
            if (!Holds(operation, left, right))
                return false;
            left = right;
        }
        return true;
    }

    private static bool Holds(string operation, object? left, object? right) => operation switch
    {
        "==" => Equality.Equal(left, right),
        "!=" => !Equality.Equal(left, right),
        "in" => Equality.Contains(right, left),
        "not in" => !Equality.Contains(right, left),
        "<" => Equality.Compare(left, right) < 0,
        "<=" => Equality.Compare(left, right) <= 0,
        ">" => Equality.Compare(left, right) > 0,
        _ => Equality.Compare(left, right) >= 0,
    };
}
