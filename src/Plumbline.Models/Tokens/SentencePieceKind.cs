namespace Plumbline.Models.Tokens;

/// <summary>The kinds of SentencePiece's entries, numbered as in sentencepiece_model.proto.</summary>
internal enum SentencePieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
