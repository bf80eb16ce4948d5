using Plumbline.Models.Checkpoints;
using Plumbline.Models.Tokens;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Models;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class ScoredMergesTests
{
    // ab is merged first and so scores highest; abc, merged twice, keeps the rank of its first merge.
    [Fact]
    public void AsPieces_Merges_ScorePiecesByTheirFirstMerge()
    {
        using var folder = new Tokens.TemporaryFolder();
        folder.Write("tokenizer.json", """
            {"added_tokens": [{"id": 1, "content": "<s>", "special": true}, {"id": 8, "content": "<tool>", "special": false}],
             "model": {"type": "BPE", "byte_fallback": true, "unk_token": "<unk>", "vocab": {"<unk>": 0, "<s>": 1, "<0x41>": 2, "a": 3, "b": 4, "c": 5, "abc": 6, "ab": 7, "<tool>": 8, "bc": 9},
              "merges": ["a b", "ab c", "b c", "a bc"]}}
            """);
        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);

        SentencePieceModel pieces = ScoredMerges.AsPieces(tokenizer, (Bpe)((PipelineCodec)tokenizer.Codec).Model);

        Assert.Equal((0f, -1f, -2f), (pieces.Pieces[7].Score, pieces.Pieces[6].Score, pieces.Pieces[9].Score));
        Assert.Equal(
            [SentencePieceKind.Unknown, SentencePieceKind.Control, SentencePieceKind.Byte, SentencePieceKind.Normal, SentencePieceKind.UserDefined],
            new[] { 0, 1, 2, 3, 8 }.Select(id => pieces.Pieces[id].Kind));
        Assert.Equal(0, pieces.UnknownId);
        Assert.True(pieces.Pieces[3].Score < -2f);
    }
}
