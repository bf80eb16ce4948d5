namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>Cuts a piece into smaller ones, or changes its text. Immutable; safe on many threads at once.</summary>
internal interface IPreTokenizer
{
    /// <summary>Adds what becomes of a piece, in order.</summary>
    /// <param name="piece">Never empty.</param>
    /// <param name="pieces">Receives the pieces, none of them empty.</param>
    void Apply(Piece piece, List<Piece> pieces);
}
