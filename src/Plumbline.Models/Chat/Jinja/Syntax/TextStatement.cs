namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Text that is written as it stands.</summary>
internal sealed class TextStatement(int line, string text) : Statement(line)
{
    protected override Flow RenderIn(Scope scope, Output output)
    {
        output.Write(text);
        return Flow.Next;
    }
}
