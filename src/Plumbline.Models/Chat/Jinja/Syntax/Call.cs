using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>function(arguments)</c>.</summary>
internal sealed class Call(int line, Expression function, ArgumentList arguments) : Expression(line)
{
    private readonly string _name = function switch
    {
        Variable variable => variable.Name,
        AttributeAccess attribute => attribute.Name,
        _ => "the function",
    };

    protected override object? ValueIn(Scope scope) => ValueIn(scope, null);

    /// <summary>The value, with a block of template passed to the function as its caller.</summary>
    internal object? ValueIn(Scope scope, ICallable? caller)
    {
        object? callee = function.Evaluate(scope);
        Arguments given = arguments.Evaluate(_name, scope);
        if (caller is not null)
            given = given with { Named = [.. given.Named, KeyValuePair.Create<string, object?>("caller", caller)] };
        return callee is ICallable callable ? callable.Call(given, scope.Rendering)
            : throw new JinjaException(callee is Undefined missing ? $"{missing.Why}, so it cannot be called." : $"'{_name}' is called, but it is {Describe.Kind(callee)}.");
    }
}
