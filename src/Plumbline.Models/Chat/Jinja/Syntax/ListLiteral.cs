using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A list or tuple written out.</summary>
internal sealed class ListLiteral(int line, IReadOnlyList<Expression> items, bool isTuple) : Expression(line)
{
    /// <summary>The elements.</summary>
    internal IReadOnlyList<Expression> Items => items;

    /// <summary>True for a tuple.</summary>
    internal bool IsTuple => isTuple;

    protected override object? ValueIn(Scope scope) => new Sequence([.. items.Select(item => item.Evaluate(scope))], isTuple);
}
