using System.Text;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>Cuts where the script changes; a space belongs to either side, and Japanese kana count as Han.</summary>
/// <remarks>
/// As in the reference, spaces that begin a piece are dropped. Departure: the reference knows no script of characters that Unicode has added since 2016.
/// Source: UnicodeScripts of huggingface/tokenizers.
/// </remarks>
internal sealed class ScriptSplit : IPreTokenizer
{
    private const int ProlongedSoundMark = 0x30FC;

    /// <inheritdoc/>
    public void Apply(Piece piece, List<Piece> pieces)
    {
        string? last = null;
        int start = -1, at = 0;
        foreach (Rune rune in piece.Text.Span.EnumerateRunes())
        {
            if (Script(rune.Value) is { } script && script != last)
            {
                if (start >= 0)
                    pieces.Add(new(piece.Text[start..at], piece.First && start == 0));
                start = at;
                last = script;
            }
            at += rune.Utf16SequenceLength;
        }
        if (start >= 0)
            pieces.Add(new(piece.Text[start..], piece.First && start == 0));
    }

    private static string? Script(int code) => code switch
    {
        ' ' => null,
        ProlongedSoundMark => "Han",
        _ => Scripts.Of(code) is var script and not ("Hiragana" or "Katakana") ? script : "Han",
    };
}
