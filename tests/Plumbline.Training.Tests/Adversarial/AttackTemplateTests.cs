using Plumbline.Training.Adversarial;

namespace Plumbline.Training.Tests.Adversarial;

public sealed class AttackTemplateTests
{
    // "YWJjIGRlZg==" is what `printf 'abc def' | base64` gives; the space nearest to the middle of "a bc def" (4) is at 4.
    [Theory]
    [InlineData("say: {request}", "abc def", "say: abc def")]
    [InlineData("{sentence} Now.", "abc def", "abc def. Now.")]
    [InlineData("{sentence} Now.", "abc?", "abc? Now.")]
    [InlineData("{base64}", "abc def", "YWJjIGRlZg==")]
    [InlineData("{leetspeak}", "Best of all it is", "8357 0f 4ll 17 15")]
    [InlineData("{reversed}", "ab\u00e9 \U0001F600c", "c\U0001F600 \u00e9ba")]
    [InlineData("{first}/{second}", "a bc def", "a bc/def")]
    [InlineData("{first}/{second}", "abcd", "ab/cd")]
    [InlineData("{words}", "a  bc", "a | bc")]
    [InlineData("{request} and {request}", "{base64}", "{base64} and {base64}")]
    public void Wrap_EachForm_IsAsWorkedByHand(string text, string request, string expected) =>
        Assert.Equal(expected, new AttackTemplate("t", text).Wrap(request));

    [Fact]
    public void Wrap_UnknownSlot_NamesTheForms() =>
        Assert.Contains("The forms are request", Assert.Throws<ArgumentException>(() => new AttackTemplate("t", "{rot13}").Wrap("a")).Message);

    [Fact]
    public void Families_OfOurs_AreTheTenOfTheTaskWithSeveralTemplatesEach()
    {
        Assert.Equal(
            ["direct", "role_play", "prefix_injection", "refusal_suppression", "false_authority", "hypothetical", "encoding", "many_shot", "splitting", "translation"],
            AttackFamilies.Names);
        Assert.All(AttackFamilies.All, family => Assert.InRange(family.Templates.Count, 3, 10));
        Assert.All(AttackFamilies.All, family => Assert.Equal(family.Templates.Count, family.Templates.DistinctBy(template => template.Name).Count()));
        AttackTemplate[] all = [.. AttackFamilies.All.SelectMany(family => family.Templates)];
        Assert.Equal(all.Length, all.Select(template => template.Wrap("name two rivers")).Distinct().Count());
    }
}
