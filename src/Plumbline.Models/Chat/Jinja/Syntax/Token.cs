namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>One token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of a quoted text, what it stands for.</param>
/// <param name="Line">The line it begins on, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>The token as a message shows it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.Text => "text",
        TokenKind.OutputStart => "'{{'",
        TokenKind.OutputEnd => "'}}'",
        TokenKind.BlockStart => "'{%'",
        TokenKind.BlockEnd => "'%}'",
        TokenKind.String => $"the text \"{Text}\"",
        _ => $"'{Text}'",
    };
}
