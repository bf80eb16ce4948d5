namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Kinds of token in a template.</summary>
internal enum TokenKind
{
    /// <summary>Text that is written as it stands.</summary>
    Text,

    /// <summary>Opens an expression that is written: <c>{{</c>.</summary>
    OutputStart,

    /// <summary>Closes it.</summary>
    OutputEnd,

    /// <summary>Opens a statement: <c>{%</c>.</summary>
    BlockStart,

    /// <summary>Closes it.</summary>
    BlockEnd,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A quoted text, unquoted.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Float,

    /// <summary>An operator, bracket or mark.</summary>
    Operator,

    /// <summary>The end of the template.</summary>
    End,
}
