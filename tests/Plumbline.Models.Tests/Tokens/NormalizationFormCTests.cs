using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

public sealed class NormalizationFormCTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "é")]
    [InlineData("\u212B", "Å")] // a singleton: the Angstrom sign is the letter
    [InlineData("a\u0323\u0302", "\u1EAD")] // dot below, then circumflex: two compositions
    [InlineData("a\u0302\u0323", "\u1EAD")] // the marks are put in order first
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // ordered, with nothing to compose
    [InlineData("e\u0300\u0301", "è\u0301")] // the second mark of a class is blocked by the first
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("\uD55C", "한")]
    [InlineData("\uF900", "豈")]
    [InlineData("\u0301e", "\u0301e")] // a mark with nothing before it stays
    [InlineData("e\u200Be\u0301", "e\u200Bé")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    public void Apply_Text_IsComposed(string text, string expected) => Assert.Equal(expected, NormalizationFormC.Apply(text));
}
