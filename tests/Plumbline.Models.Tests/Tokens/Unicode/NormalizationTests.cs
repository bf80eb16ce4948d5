using System.Text;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tests.Tokens.Unicode;

public sealed class NormalizationTests
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
    [InlineData("\uD558\u11AB", "한")] // a syllable of two takes a third
    [InlineData("\uD55C\u11AB", "\uD55C\u11AB")] // and one of three no fourth
    [InlineData("\uF900", "豈")]
    [InlineData("\u0301e", "\u0301e")] // a mark with nothing before it stays
    [InlineData("e\u200Be\u0301", "e\u200Bé")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("ﬁ½", "ﬁ½")] // compatible characters are left alone
    public void Apply_FormC_IsComposed(string text, string expected) => Assert.Equal(expected, Normalization.Apply(text, NormalizationForm.FormC));

    // UAX #15, table 8 among them: ẛ with a dot below.
    [Theory]
    [InlineData("plain", "plain", "plain", "plain")]
    [InlineData("é한", "e\u0301\u1112\u1161\u11AB", "é한", "e\u0301\u1112\u1161\u11AB")]
    [InlineData("\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("ﬁ½²", "ﬁ½²", "fi1\u20442" + "2", "fi1\u20442" + "2")]
    [InlineData("Ａ\u3000ｶﾞ", "Ａ\u3000ｶﾞ", "A ガ", "A カ\u3099")] // the half-width voicing mark joins once it is a full one
    [InlineData("𝒜𝟙", "𝒜𝟙", "A1", "A1")]
    [InlineData("\u00A8", "\u00A8", " \u0308", " \u0308")]
    [InlineData("\uFDFA", "\uFDFA", "صلى الله عليه وسلم", "صلى الله عليه وسلم")]
    public void Apply_OtherForms_DecomposeAndAreCompatible(string text, string d, string kc, string kd) =>
        Assert.Equal((d, kc, kd), (Normalization.Apply(text, NormalizationForm.FormD), Normalization.Apply(text, NormalizationForm.FormKC), Normalization.Apply(text, NormalizationForm.FormKD)));
}
