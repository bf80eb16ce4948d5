using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

public sealed class AddedTokensTests
{
    [Fact]
    public void Split_TokensThatBeginAlike_TakesTheLongest() =>
        Assert.Equal("a|<x>|<xx>|b|", Split("a<x><xx>b", new AddedToken(0, "<x>"), new(1, "<xx>"), new(2, "<xx")));

    [Fact]
    public void Split_StrippingToken_SwallowsSpaceOnItsSides() =>
        Assert.Equal("a|<l>| b |<r>|c|", Split("a  <l> b <r> \nc", new AddedToken(0, "<l>") { StripLeft = true }, new(1, "<r>") { StripRight = true }));

    [Fact]
    public void Split_SingleWordToken_IsNotFoundInsideAWord() =>
        Assert.Equal("unit it_ |it|!|", Split("unit it_ it!", new AddedToken(0, "it") { SingleWord = true }));

    // The longest counts; that it is no word of its own does not bring back a shorter one.
    [Fact]
    public void Split_LongestThatIsNoWord_IsPassedOver() =>
        Assert.Equal("itsy |it|.|", Split("itsy it.", new AddedToken(0, "it"), new(1, "its") { SingleWord = true }, new(2, "ts")));

    [Theory, InlineData("_it"), InlineData("it\u0301"), InlineData("it\u200D"), InlineData("it𝟙"), InlineData("𝒜it")]
    public void Split_SingleWordToken_IsTouchedByMarksJoinersAndCharactersBeyondTheBasicPlane(string text) =>
        Assert.Equal(text + "|", Split(text, new AddedToken(0, "it") { SingleWord = true }));

    [Fact]
    public void SplitNormalized_Token_IsFoundInItsNormalisedForm()
    {
        var tokens = new AddedTokens([new AddedToken(0, "Two Words") { Normalized = true }, new(1, "Raw")], text => text.ToLowerInvariant());
        Assert.Equal([("a ", "Two Words"), (" raw", null)], tokens.SplitNormalized("a two words raw").Select(part => (part.Text, part.Token?.Content)));
        Assert.Equal([("two words ", "Raw"), ("", null)], tokens.Split("two words Raw").Select(part => (part.Text, part.Token?.Content)));
    }

    [Fact]
    public void Split_WithoutTokens_GivesTheText() => Assert.Equal("abc|", Split("abc"));

    private static string Split(string text, params AddedToken[] tokens) =>
        string.Concat(new AddedTokens(tokens).Split(text).SelectMany(part => (string[])[part.Text, part.Token?.Content ?? ""]).Where(part => part.Length > 0).Select(part => part + "|"));
}
