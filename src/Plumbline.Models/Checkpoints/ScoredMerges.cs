using Plumbline.Models.Tokens;
using Plumbline.Models.Tokens.Pipeline.Models;

namespace Plumbline.Models.Checkpoints;

/// <summary>BPE merges with byte fallback as a SentencePiece vocabulary: GGUF's form for Llama 2, Mistral and Gemma.</summary>
/// <remarks>
/// tokenizer.json has ranks of merges where SentencePiece has scores of pieces. The pieces were ranked by their scores when that file was made, so the
/// negative rank of a piece's first merge orders them the same way.
/// </remarks>
internal static class ScoredMerges
{
    /// <summary>The vocabulary with a score and a kind for each id.</summary>
    internal static SentencePieceModel AsPieces(Tokenizer tokenizer, Bpe model)
    {
        var scores = new Dictionary<int, float>();
        foreach ((string Left, string Right) merge in model.Merges)
            scores.TryAdd(model.Vocabulary[merge.Left + merge.Right], -scores.Count);
        int unknown = model.Options.UnknownToken is { } token && model.Vocabulary.TryGetValue(token, out int id) ? id : 0;
        var pieces = new SentencePiece[model.Vocabulary.Values.Max() + 1];
        Array.Fill(pieces, new("", 0, SentencePieceKind.Unused));
        foreach ((string text, int place) in model.Vocabulary)
            pieces[place] = new(text, scores.GetValueOrDefault(place, -scores.Count),
                place == unknown ? SentencePieceKind.Unknown
                : tokenizer.Added(place) is { } added ? added.Special ? SentencePieceKind.Control : SentencePieceKind.UserDefined
                : BytePieces.Value(text) is not null ? SentencePieceKind.Byte : SentencePieceKind.Normal);
        return new() { Pieces = pieces, UnknownId = unknown };
    }
}
