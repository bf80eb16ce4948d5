namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A variable by its name.</summary>
internal sealed class Variable(int line, string name) : Expression(line)
{
    /// <summary>The name.</summary>
    internal string Name => name;

    protected override object? ValueIn(Scope scope) => scope.Find(name);
}
