namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>Puts a space before a piece that has none: <c>add_prefix_space</c> of ByteLevel.</summary>
internal sealed class PrefixSpace : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(Piece piece, List<Piece> pieces) =>
        pieces.Add(piece.Text.Span[0] == ' ' ? piece : piece with { Text = string.Concat(" ", piece.Text.Span).AsMemory() });
}
