using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Patterns;
using Plumbline.Models.Tokens.Pipeline.PreTokenizers;

namespace Plumbline.Models.Tests.Tokens.Pipeline;

public sealed class RegexPatternTests
{
    [Theory]
    [InlineData("I've 12 cats\n\n ok", "I|'ve| 12| cats|\n\n| ok", "I|'ve| |1|2| cats|\n\n| ok")]
    [InlineData("WE'RE", "WE|'|RE", "WE|'RE")]
    [InlineData("x  y", "x| | y", "x| | y")]
    [InlineData("a!\nb", "a|!|\n|b", "a|!\n|b")]
    [InlineData("a𝒜b 🚀", "a𝒜b| 🚀", "a𝒜b| 🚀")] // U+1D49C is a letter though UTF-16 needs two units for it
    [InlineData("𝟙𝟚", "𝟙𝟚", "𝟙|𝟚")] // and these are digits
    [InlineData("\U00020000字", "\U00020000字", "\U00020000字")] // CJK extension B
    public void Split_Text_GivesTheWordsOfTheFamily(string text, string gpt2, string qwen2)
    {
        Assert.Equal(gpt2.Split('|'), Words(WordPatterns.Gpt2, text));
        Assert.Equal(qwen2.Split('|'), Words(WordPatterns.Qwen2, text));
    }

    [Theory]
    [InlineData("a++b", "xaaab", "x|aaab")] // possessive: nothing to give back, and b follows
    [InlineData("a++ab", "xaaab", "xaaab")] // possessive: the last a is gone, no match
    [InlineData("a?+b", "xab", "x|ab")]
    [InlineData("(?:ab)*+c", "xababc", "x|ababc")]
    [InlineData("[ab]{1,2}+", "xababax", "x|ababa|x")] // in Ruby's syntax the + repeats the whole
    [InlineData("a{,2}", "aaa", "aa|a")] // and an empty match at the end, which is no piece
    [InlineData("(?m:a.b)", "xa\nby", "x|a\nb|y")] // Ruby's m lets the dot take a line break
    [InlineData("^b$", "a\nb\nc", "a\n|b|\nc")] // and its anchors stand at line ends
    [InlineData(@"\h+", "xbeefy", "x|beef|y")]
    [InlineData(@"\x{4e00}", "a一b", "a|一|b")]
    [InlineData(@"[\x{1F600}-\x{1F64F}]", "a😀🚀b", "a|😀|🚀b")]
    [InlineData("🚀+", "a🚀🚀😀", "a|🚀🚀|😀")]
    [InlineData(@"\p{Han}+", "aカ中\U00020000b", "aカ|中\U00020000|b")]
    [InlineData(@"\P{Han}+", "aカ中\U00020000b", "aカ|中\U00020000|b")]
    [InlineData(@"[\p{L}&&[^\p{Han}]]+", "aカ中\U00020000𝒜b", "aカ|中\U00020000|𝒜b")]
    [InlineData(@"[一-龥]+", "中\U00020000文", "中|\U00020000|文")] // a letter beyond the basic plane is in no range of it
    [InlineData(@"[[:digit:]a-c]+", "xa٣bz", "x|a٣b|z")]
    [InlineData(@"[^\s\p{L}]+", "a🚀!b", "a|🚀!|b")]
    [InlineData(@"\w+", "e\u0301Ⓐ🄰½ x\u200D", "e\u0301Ⓐ🄰½| |x|\u200D")]
    [InlineData(@"\W", "a b", "a| |b")]
    [InlineData(@"(?<word>b)(?=c)", "abc", "a|b|c")]
    [InlineData("[]a]+", "x]ay", "x|]a|y")]
    [InlineData(@"[\]\-.]+", "a]-.b", "a|]-.|b")]
    public void Split_RubysSyntax_IsUnderstood(string pattern, string text, string expected) => Assert.Equal(expected.Split('|'), Words(pattern, text));

    [Theory, InlineData("("), InlineData("[a"), InlineData("[^a&&b]"), InlineData(@"\p{Nonsense}"), InlineData(@"\pL"), InlineData("(?<a")]
    public void RegexPattern_Malformed_IsAnArgumentException(string pattern) => Assert.ThrowsAny<ArgumentException>(() => new RegexPattern(pattern));

    // A character of the basic plane that stands for astral Han while the pattern runs must not pass for Han itself.
    [Fact]
    public void Split_CharacterThatStandsForOthers_KeepsItsOwnMeaning()
    {
        var pattern = new RegexPattern(@"[\p{Han}\x{1F600}]+");
        foreach (char c in Enumerable.Range(0x80, 0xD780).Concat(Enumerable.Range(0xE000, 0x2000)).Select(code => (char)code))
        {
            var segments = new List<Segment>();
            pattern.Find(c + "\U00020000" + c, segments);
            bool han = System.Text.RegularExpressions.Regex.IsMatch(c.ToString(), @"[\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9]");
            Assert.Equal(han ? 1 : 3, segments.Count);
        }
    }

    [Fact]
    public void Split_PatternsInSequenceWithGaps_KeepsEverything()
    {
        Piece[] digits = [.. Pieces(new Split(new RegexPattern(@"\p{N}"), SplitBehavior.Isolated), "ab12c!?")];
        Assert.Equal(["ab", "1", "2", "c", "!?"], digits.SelectMany(piece => Pieces(new Split(new RegexPattern(@"\p{L}+"), SplitBehavior.Isolated), piece.Text.ToString())).Select(piece => piece.Text.ToString()));
    }

    private static string[] Words(string pattern, string text) => [.. Pieces(new Split(new RegexPattern(pattern), SplitBehavior.Isolated), text).Select(piece => piece.Text.ToString())];

    private static List<Piece> Pieces(Split split, string text)
    {
        var pieces = new List<Piece>();
        split.Apply(new(text.AsMemory(), First: true), pieces);
        return pieces;
    }
}
