using System.Text.RegularExpressions;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

public sealed class RewardRulesTests
{
    // Within [4, 10] words: 1. Two words: (4 − 2)/4 missing. 15 words: (15 − 10)/10 too many. 20 and more: 0.
    [Theory, InlineData(0, 0.0), InlineData(2, 0.5), InlineData(4, 1.0), InlineData(10, 1.0), InlineData(15, 0.5), InlineData(20, 0.0), InlineData(30, 0.0)]
    public void Length_FallsLinearlyOutsideItsBounds(int words, double expected) =>
        Assert.Equal(expected, RewardRules.Length(string.Join(' ', Enumerable.Repeat("word", words)), 4, 10), 1e-12);

    [Theory, InlineData("", 1.0), InlineData("one", 0.0), InlineData("one two", 0.0)]
    public void Length_WithNoUpperRoom_DividesByOneWord(string text, double expected) => Assert.Equal(expected, RewardRules.Length(text, 0, 0));

    // a b c a b c: trigrams abc, bca, cab, abc; three of four distinct.
    [Theory, InlineData("", 0.0), InlineData("one", 1.0), InlineData("one two", 1.0), InlineData("a b c d", 1.0), InlineData("a b c A B C", 0.75), InlineData("no no no no no", 1 / 3.0)]
    public void Repetition_IsTheShareOfDistinctTrigrams(string text, double expected) => Assert.Equal(expected, RewardRules.Repetition(text), 1e-12);

    [Theory, InlineData("say please", 1.0), InlineData("say Please", 0.0), InlineData("", 0.0)]
    public void Matches_IsOneWhereThePatternIsFound(string text, double expected) => Assert.Equal(expected, RewardRules.Matches(text, new Regex("please")));
}
