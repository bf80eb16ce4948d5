namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>A stretch of text on its way to the model, which never merges across pieces.</summary>
/// <param name="Text">The text.</param>
/// <param name="First">True when nothing of the whole text stands before it.</param>
internal readonly record struct Piece(ReadOnlyMemory<char> Text, bool First);
