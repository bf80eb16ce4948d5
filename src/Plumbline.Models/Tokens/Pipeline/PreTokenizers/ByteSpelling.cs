namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>Spells a piece in GPT-2's alphabet, one character for each byte of its UTF-8.</summary>
internal sealed class ByteSpelling : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(Piece piece, List<Piece> pieces) => pieces.Add(piece with { Text = ByteAlphabet.Spell(piece.Text.Span).AsMemory() });
}
