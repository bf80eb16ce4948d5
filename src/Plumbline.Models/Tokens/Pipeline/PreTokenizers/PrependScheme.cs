namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>Which pieces get SentencePiece's leading space.</summary>
internal enum PrependScheme
{
    /// <summary>Every piece.</summary>
    Always,

    /// <summary>The one that begins the text.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}
