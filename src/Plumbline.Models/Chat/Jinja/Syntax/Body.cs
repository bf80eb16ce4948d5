namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Statements one after the other.</summary>
internal sealed record Body(IReadOnlyList<Statement> Statements)
{
    /// <summary>Renders them until one leaves a loop.</summary>
    internal Flow Render(Scope scope, Output output)
    {
        foreach (Statement statement in Statements)
            if (statement.Render(scope, output) is var flow and not Flow.Next)
                return flow;
        return Flow.Next;
    }

    /// <summary>Renders them into a text of their own.</summary>
    internal string Text(Scope scope)
    {
        var output = new Output(scope.Rendering);
        _ = Render(scope, output);
        return output.ToString();
    }
}
