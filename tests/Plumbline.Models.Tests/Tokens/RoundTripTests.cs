using System.Text;
using CsCheck;
using Plumbline.Models.Tokens;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tests.Tokens;

public sealed class RoundTripTests
{
    // Any scalar value, with whitespace, marks, and characters beyond the basic plane more often than chance would give them.
    private static readonly Gen<string> Text = Gen.OneOf<string>(
            Gen.Int[0, 0x10F7FF].Select(code => new Rune(code < 0xD800 ? code : code + 0x800).ToString()),
            Gen.OneOf(" ", "  ", "\n", "\r\n", "\t", "a", "The", "'s", "'RE", "e\u0301", "ç", "한", "𝒜", "🚀", "👩‍💻", "\u00A0", "\u200B", "\0", "7", "中"))
        .List[0, 12].Select(string.Concat);

    [Fact]
    public void Decode_OfEncode_Gpt2GivesAnyTextBack()
    {
        Tokenizer tokenizer = Vocabularies.Load("gpt-2");
        Text.Sample(text => tokenizer.Decode(tokenizer.Encode(text, false)) == text, iter: 2000);
    }

    [Fact]
    public void Decode_OfEncode_Qwen2GivesAnyTextBackComposed()
    {
        Tokenizer tokenizer = Vocabularies.Load("qwen2");
        Text.Sample(text => tokenizer.Decode(tokenizer.Encode(text, false)) == Normalization.Apply(text, NormalizationForm.FormC), iter: 2000);
    }

    // U+2581 is how SentencePiece spells a space, so a text that holds it is the one that cannot come back.
    [Theory, InlineData("llama-spm"), InlineData("stories260K")]
    public void Decode_OfEncode_SentencePieceGivesAnyTextBack(string name)
    {
        Tokenizer tokenizer = Vocabularies.Load(name);
        Text.Where(text => !text.Contains('\u2581')).Sample(text => tokenizer.Decode(tokenizer.Encode(text)) == text, iter: 2000);
    }

    [Theory, InlineData("gpt-2"), InlineData("llama-spm")]
    public void IncrementalDecoder_AnyText_JoinsToDecode(string name)
    {
        Tokenizer tokenizer = Vocabularies.Load(name);
        Text.Sample(text =>
        {
            int[] ids = tokenizer.Encode(text);
            IncrementalDecoder decoder = tokenizer.CreateDecoder();
            string[] parts = [.. ids.Select(decoder.Add), decoder.Flush()];
            return string.Concat(parts) == tokenizer.Decode(ids) && !parts.Any(part => part.Contains('\uFFFD') && !text.Contains('\uFFFD'));
        }, iter: 1000);
    }

    [Fact]
    public void IncrementalDecoder_CharacterInParts_WaitsForTheLast()
    {
        Tokenizer tokenizer = Trained();
        int[] ids = tokenizer.Encode("é", false); // C3 A9: two ids, for nothing was merged
        Assert.Equal(2, ids.Length);

        IncrementalDecoder whole = tokenizer.CreateDecoder(), cut = tokenizer.CreateDecoder();

        Assert.Equal(["", "é", ""], [whole.Add(ids[0]), whole.Add(ids[1]), whole.Flush()]);
        Assert.Equal(["", "\uFFFD"], [cut.Add(ids[0]), cut.Flush()]);
        Assert.Equal("\uFFFD", tokenizer.Decode(ids.AsSpan(0, 1)));
    }

    [Fact]
    public void IncrementalDecoder_ContinuingAText_KeepsTheSpaceOfSentencePiece()
    {
        Tokenizer tokenizer = Vocabularies.Load("stories260K");

        Assert.Equal(" upon", tokenizer.CreateDecoder(startOfText: false).Add(407));
        Assert.Equal("upon", tokenizer.CreateDecoder().Add(407));
    }

    [Fact]
    public void Encode_LoneSurrogate_BecomesTheReplacementCharacter()
    {
        Tokenizer tokenizer = Trained();
        Assert.Equal("a\uFFFDb", tokenizer.Decode(tokenizer.Encode("a\uD800b")));
    }

    [Fact]
    public void Decode_IdsWithoutToken_GiveNothing()
    {
        Tokenizer tokenizer = Trained();
        Assert.Equal("a", tokenizer.Decode([9999, tokenizer.TokenId("a")!.Value]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([-1]));
    }

    private static Tokenizer Trained() => BpeTrainer.Train([], 256, []).ToTokenizer();
}
