using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Values joined as texts by <c>~</c>.</summary>
internal sealed class Concatenation(int line, IReadOnlyList<Expression> parts) : Expression(line)
{
    protected override object? ValueIn(Scope scope)
    {
        string[] texts = [.. parts.Select(part => PythonText.Of(part.Evaluate(scope)))];
        scope.Rendering.Make(texts.Sum(text => (long)text.Length));
        return string.Concat(texts);
    }
}
