namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>Takes the tokens of one text in order. Not for several threads.</summary>
internal interface ITextSink
{
    /// <summary>Takes the next token.</summary>
    void Add(TokenText token);

    /// <summary>Ends the text.</summary>
    void End();
}
