namespace Plumbline.Models.Tests.Tokens.Pipeline;

public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("""{"type": "Whitespace"}""", "Hey, you're_1 e\u0301\u200D!", "Hey|,|you|'|re_1|e\u0301\u200D|!")]
    [InlineData("""{"type": "WhitespaceSplit"}""", " a\u00A0b,c \n", "a|b,c")]
    [InlineData("""{"type": "Punctuation"}""", "a--b «c»$", "a|-|-|b |«|c|»|$")]
    [InlineData("""{"type": "Punctuation", "behavior": "MergedWithPrevious"}""", "a--b", "a-|-|b")]
    [InlineData("""{"type": "Digits", "individual_digits": true}""", "a12½𝟙b", "a|1|2|½|𝟙|b")]
    [InlineData("""{"type": "Digits", "individual_digits": false}""", "a12½𝟙b", "a|12½𝟙|b")]
    [InlineData("""{"type": "BertPreTokenizer"}""", "a b, c`!", "a|b|,|c|`|!")]
    [InlineData("""{"type": "CharDelimiterSplit", "delimiter": "_"}""", "a__b_", "a|b")]
    [InlineData("""{"type": "FixedLength", "length": 2}""", "a🚀bcd", "a🚀|bc|d")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}""", "a b é", "Ġa|Ġb|ĠÃ©")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true, "use_regex": false}""", " a b", "ĠaĠb")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": false}""", "a b", "a|Ġb")]
    [InlineData("""{"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "ByteLevel"}]}""", "a1", "Ġa|Ġ1")] // each piece gets a space
    [InlineData("""{"type": "UnicodeScripts"}""", "どこで生れ。Yes", "どこで生れ|。|Yes")] // kana count as Han
    [InlineData("""{"type": "UnicodeScripts"}""", "カー長a", "カー長|a")] // the mark that lengthens a vowel belongs to them
    [InlineData("""{"type": "UnicodeScripts"}""", "  Apples are りんご 林檎", "Apples are |りんご 林檎")] // a space joins what is before it
    public void Cut_Text_GivesPieces(string json, string text, string expected) => Assert.Equal(expected, Parts.Cut(json, text));

    // "the-final--countdown" of the reference's documentation of behaviours.
    [Theory]
    [InlineData("Removed", "the|final|countdown")]
    [InlineData("Isolated", "the|-|final|-|-|countdown")]
    [InlineData("MergedWithPrevious", "the-|final-|-|countdown")]
    [InlineData("MergedWithNext", "the|-final|-|-countdown")]
    [InlineData("Contiguous", "the|-|final|--|countdown")]
    [InlineData("merged_with_next", "the|-final|-|-countdown")]
    public void Cut_SplitBehavior_DecidesAboutTheMatches(string behavior, string expected) =>
        Assert.Equal(expected, Parts.Cut($$"""{"type": "Split", "pattern": {"String": "-"}, "behavior": "{{behavior}}", "invert": false}""", "the-final--countdown"));

    [Theory, InlineData("Removed", "the|final|countdown"), InlineData("Isolated", "the|-|final|--|countdown"), InlineData("MergedWithNext", "the|-final|--countdown")]
    public void Cut_InvertedSplit_TakesTheGapsForMatches(string behavior, string expected) =>
        Assert.Equal(expected, Parts.Cut($$"""{"type": "Split", "pattern": {"Regex": "[a-z]+"}, "behavior": "{{behavior}}", "invert": true}""", "the-final--countdown"));

    [Theory]
    [InlineData("always", true, " a b", "▁a|▁b")]
    [InlineData("always", false, "a  b", "▁a|▁|▁b")]
    [InlineData("first", true, "a b", "▁a|▁b")]
    [InlineData("first", false, "a b", "a|▁b")]
    [InlineData("never", true, "a b", "a|▁b")]
    [InlineData("never", true, "▁a", "▁a")]
    public void Cut_Metaspace_PrependsByScheme(string scheme, bool first, string text, string expected)
    {
        Assert.Equal(expected, Parts.Cut($$"""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}", "split": true}""", text, first));
        Assert.Equal(expected.Replace("|", ""), Parts.Cut($$"""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}", "split": false}""", text, first));
    }

    [Theory, InlineData("true", "▁a|▁b"), InlineData("false", "a|▁b")]
    public void Cut_OldMetaspace_HasAddPrefixSpace(string addPrefixSpace, string expected) =>
        Assert.Equal(expected, Parts.Cut($$"""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": {{addPrefixSpace}}, "str_rep": "▁"}""", "a b", first: false));

    // The first piece of a text keeps its place through a cut; the second is first no more.
    [Fact]
    public void Cut_FirstOfAfterACut_IsTheOneThatBeginsTheText() =>
        Assert.Equal("▁a|,|b", Parts.Cut("""{"type": "Sequence", "pretokenizers": [{"type": "Punctuation"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]}""", "a,b"));
}
