using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

public sealed class PreTokenizationTests
{
    [Theory]
    [InlineData("I've 12 cats\n\n ok", "I|'ve| 12| cats|\n\n| ok", "I|'ve| |1|2| cats|\n\n| ok")]
    [InlineData("WE'RE", "WE|'|RE", "WE|'RE")]
    [InlineData("x  y", "x| | y", "x| | y")]
    [InlineData("a!\nb", "a|!|\n|b", "a|!\n|b")]
    [InlineData("a𝒜b 🚀", "a𝒜b| 🚀", "a𝒜b| 🚀")] // U+1D49C is a letter though UTF-16 needs two units for it
    [InlineData("𝟙𝟚", "𝟙𝟚", "𝟙|𝟚")] // and these are digits
    public void Split_Text_GivesTheWordsOfTheFamily(string text, string gpt2, string qwen2)
    {
        Assert.Equal(gpt2.Split('|'), Words(PreTokenization.Gpt2, text));
        Assert.Equal(qwen2.Split('|'), Words(PreTokenization.Qwen2, text));
    }

    [Fact]
    public void Split_PatternsInSequenceWithGaps_KeepsEverything() =>
        Assert.Equal(["ab", "1", "2", "c", "!?"], Words(PreTokenization.Of([@"\p{N}", @"\p{L}+"]), "ab12c!?"));

    private static string[] Words(PreTokenization cut, string text)
    {
        var words = new List<Range>();
        cut.Split(text, words);
        return [.. words.Select(word => text[word])];
    }
}
