using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>Cuts every so many characters.</summary>
internal sealed class FixedLength(int length) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(Piece piece, List<Piece> pieces)
    {
        int start = 0, at = 0, characters = 0;
        foreach (Rune rune in piece.Text.Span.EnumerateRunes())
        {
            if (characters > 0 && characters % length == 0)
            {
                pieces.Add(new(piece.Text[start..at], piece.First && start == 0));
                start = at;
            }
            characters++;
            at += rune.Utf16SequenceLength;
        }
        pieces.Add(new(piece.Text[start..], piece.First && start == 0));
    }
}
