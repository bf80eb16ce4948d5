using Plumbline.Extensions.AI.Chat;
using Plumbline.Models.Tokens;

namespace Plumbline.Extensions.AI.Tests.Chat;

public sealed class HeldTextTests
{
    // One token a byte.
    private static readonly Tokenizer Bytes = BpeTrainer.Train(["x"], 257, ["<|end|>"]).ToTokenizer();

    // "END" may begin in the last two characters, so two are held back: of "abEN" only "ab" has been shown, of "abENcd" "abEN".
    [Fact]
    public void Add_WithAStopOfThree_HoldsTwoCharactersBack()
    {
        var text = new HeldText(Bytes.CreateDecoder(), ["END", "."]);
        Assert.Equal(["", "", "a", "b", "E", "N"], Bytes.Encode("abENcd", addSpecialTokens: false).Select(text.Add));
        Assert.Equal("cd", text.Rest("abENcd"));
    }

    // " cat" is one token; of it only the space stands before the stop, and the sampler cuts there.
    [Fact]
    public void Add_ATokenWithAStopInside_ShowsOnlyWhatStandsBefore()
    {
        Tokenizer words = BpeTrainer.Train(["a cat a cat a cat"], 260, ["<|end|>"]).ToTokenizer();
        int[] ids = words.Encode("a cat", addSpecialTokens: false);
        Assert.Equal(2, ids.Length);
        var text = new HeldText(words.CreateDecoder(), ["c"]);
        Assert.Equal(["a", " "], ids.Select(text.Add));
        Assert.Equal("", text.Rest("a "));
    }

    [Fact]
    public void Rest_WhereTheTextWasCutBeforeAStop_GivesNothingOfTheStop()
    {
        var text = new HeldText(Bytes.CreateDecoder(), ["END"]);
        Assert.Equal("ab", string.Concat(Bytes.Encode("abEN", addSpecialTokens: false).Select(text.Add)));
        Assert.Equal("", text.Rest("ab"));
    }

    [Fact]
    public void Add_WithoutStops_ShowsWholeCharactersAtOnce()
    {
        var text = new HeldText(Bytes.CreateDecoder(), []);
        Assert.Equal(["", "é", "", "", "", "😀"], Bytes.Encode("é😀", addSpecialTokens: false).Select(text.Add));
    }

    // 😀 is two chars; held back by one, its first half alone would be no character.
    [Fact]
    public void Add_WhereTheCutFallsIntoACharacter_KeepsItWhole()
    {
        var text = new HeldText(Bytes.CreateDecoder(), [".."]);
        Assert.Equal(["", "", "", "", "😀"], Bytes.Encode("😀a", addSpecialTokens: false).Select(text.Add));
    }
}
