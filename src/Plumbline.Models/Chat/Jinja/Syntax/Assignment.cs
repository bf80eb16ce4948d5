using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Gives a value to what stands left of it: a name, an attribute of a namespace, or a tuple of names.</summary>
internal static class Assignment
{
    /// <summary>Whether something may stand there.</summary>
    internal static bool IsTarget(Expression target) =>
        target is Variable or AttributeAccess { Value: Variable } || (target is ListLiteral { IsTuple: true } tuple && tuple.Items.All(IsTarget));

    /// <summary>Assigns.</summary>
    /// <exception cref="JinjaException">A tuple has another number of elements, or the attribute is not a namespace's.</exception>
    internal static void Assign(Expression target, object? value, Scope scope)
    {
        switch (target)
        {
            case Variable variable:
                scope.Set(variable.Name, value);
                break;
            case AttributeAccess attribute:
                Namespace changed = attribute.Value.Evaluate(scope) as Namespace
                    ?? throw new JinjaException($"the attribute '{attribute.Name}' is set on something that is no namespace; only a namespace's attributes can be set.");
                changed.Set(attribute.Name, value);
                break;
            case ListLiteral tuple:
                IReadOnlyList<object?> parts = Iteration.Items(value);
                if (parts.Count != tuple.Items.Count)
                    throw new JinjaException($"{parts.Count} values are given to {tuple.Items.Count} names.");
                foreach ((Expression part, object? element) in tuple.Items.Zip(parts))
                    Assign(part, element, scope);
                break;
        }
    }
}
