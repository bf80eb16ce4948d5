using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>The arguments of a call as they are written.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    /// <summary>No arguments.</summary>
    internal static ArgumentList None { get; } = new([], []);

    /// <summary>Their values.</summary>
    internal Arguments Evaluate(string what, Scope scope) =>
        new(what, [.. Positional.Select(argument => argument.Evaluate(scope))], [.. Named.Select(argument => KeyValuePair.Create(argument.Name, argument.Value.Evaluate(scope)))]);
}
