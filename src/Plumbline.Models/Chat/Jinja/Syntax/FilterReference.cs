using Plumbline.Models.Chat.Jinja.Library;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A filter as it stands after a bar.</summary>
internal sealed record FilterReference(int Line, string Name, Filter Filter, ArgumentList Arguments)
{
    /// <summary>The filter put to a value.</summary>
    internal FilterCall On(Expression value) => new(Line, value, Name, Filter, Arguments);
}
