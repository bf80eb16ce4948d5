using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A macro: a part of a template that is called with arguments and gives its text.</summary>
/// <param name="name">Its name.</param>
/// <param name="parameters">What it takes.</param>
/// <param name="body">What it writes.</param>
/// <param name="home">The scope it was made in.</param>
internal sealed class Macro(string name, IReadOnlyList<Parameter> parameters, Body body, Scope home) : ICallable, IAttributes
{
    /// <inheritdoc/>
    public string Kind => "macro";

    /// <inheritdoc/>
    public bool TryGet(string attribute, out object? value)
    {
        value = attribute == "name" ? name : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public object? Call(Arguments arguments, Rendering rendering)
    {
        using Rendering.Level level = rendering.Enter();
        Scope scope = home.Inner();
        var named = arguments.Named.ToDictionary(argument => argument.Key, argument => argument.Value);
        if (named.Remove("caller", out object? caller))
            scope.Set("caller", caller);
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            bool isNamed = named.Remove(parameter.Name, out object? value);
            scope.Set(parameter.Name,
                i < arguments.Positional.Count ? arguments.Positional[i]
                : isNamed ? value
                : parameter.Default is { } otherwise ? otherwise.Evaluate(scope)
                : new Undefined($"parameter '{parameter.Name}' was not provided"));
        }
        if (named.Count > 0)
            throw new JinjaException($"the macro '{name}' takes no argument '{named.Keys.First()}'.");
        if (arguments.Positional.Count > parameters.Count)
            throw new JinjaException($"the macro '{name}' takes {parameters.Count} arguments, but {arguments.Positional.Count} are given.");
        return body.Text(scope);
    }
}
