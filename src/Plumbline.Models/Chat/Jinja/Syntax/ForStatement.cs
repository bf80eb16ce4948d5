using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% for target in items if condition %} ... {% else %} ... {% endfor %}</c>.</summary>
internal sealed class ForStatement(int line, Expression target, Expression items, Expression? condition, Body body, Body otherwise) : Statement(line)
{
    private readonly int _line = line;

    protected override Flow RenderIn(Scope scope, Output output)
    {
        IReadOnlyList<object?> elements = Iteration.Items(items.Evaluate(scope));
        scope.Rendering.Make(elements.Count);
        if (condition is not null)
            elements = [.. elements.Where(element => Truth.Of(condition.Evaluate(With(scope, element))))];
        if (elements.Count == 0)
            return otherwise.Render(scope.Inner(), output);
        var loop = new LoopState(elements);
        for (loop.Index = 0; loop.Index < elements.Count; loop.Index++)
        {
            scope.Rendering.Step(_line);
            Scope inner = With(scope, elements[loop.Index]);
            inner.Set("loop", loop);
            if (body.Render(inner, output) == Flow.Break)
                break;
        }
        return Flow.Next;
    }

    private Scope With(Scope scope, object? element)
    {
        Scope inner = scope.Inner();
        Assignment.Assign(target, element, inner);
        return inner;
    }
}
