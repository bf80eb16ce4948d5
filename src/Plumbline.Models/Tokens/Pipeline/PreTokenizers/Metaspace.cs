using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>SentencePiece's words: spaces become a visible character, which begins each word.</summary>
/// <param name="replacement">What stands for a space, usually U+2581.</param>
/// <param name="scheme">Which pieces get one before them that they do not have.</param>
/// <param name="split">True to cut into words; false to keep the piece whole.</param>
internal sealed class Metaspace(string replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly Split _words = new(new TextPattern(replacement), SplitBehavior.MergedWithNext);

    /// <summary>True when a text gets a leading space that it does not have.</summary>
    internal bool Prepends => scheme != PrependScheme.Never;

    /// <inheritdoc/>
    public void Apply(Piece piece, List<Piece> pieces)
    {
        string text = piece.Text.ToString().Replace(" ", replacement, StringComparison.Ordinal);
        bool prepend = scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.First);
        if (prepend && !text.StartsWith(replacement, StringComparison.Ordinal))
            text = replacement + text;
        Piece spelled = piece with { Text = text.AsMemory() };
        if (split)
            _words.Apply(spelled, pieces);
        else
            pieces.Add(spelled);
    }
}
