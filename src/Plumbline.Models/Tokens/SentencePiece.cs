namespace Plumbline.Models.Tokens;

/// <summary>One entry of a SentencePiece vocabulary; its place is its id.</summary>
/// <param name="Text">The piece, with U+2581 for a space.</param>
/// <param name="Score">The higher, the earlier it is merged.</param>
/// <param name="Kind">What it stands for.</param>
internal readonly record struct SentencePiece(string Text, float Score, SentencePieceKind Kind);
