using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A dictionary written out.</summary>
internal sealed class MappingLiteral(int line, IReadOnlyList<(Expression Key, Expression Value)> items) : Expression(line)
{
    protected override object? ValueIn(Scope scope)
    {
        var mapping = new Mapping();
        foreach ((Expression key, Expression value) in items)
            mapping[key.Evaluate(scope) ?? throw new JinjaException("none cannot be the key of a dictionary here.")] = value.Evaluate(scope);
        return mapping;
    }
}
