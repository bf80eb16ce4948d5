using Plumbline.Training.Rewards.Judges;

namespace Plumbline.Training.Tests.Rewards.Judges;

public sealed class JudgeReplyTests
{
    [Theory]
    [InlineData("""{"safety": 1, "style": 0.25}""")]
    [InlineData("```json\n{\"style\": \"0.25\", \"safety\": 1.0,}\n```\nI hope this helps.")]
    [InlineData("""The answer {as given} is fine. {"Safety": {"score": 1, "reason": "no {risk}"}, "STYLE": 0.25} Done.""")]
    [InlineData("""{"safety": 0.5} on a first look; on a second: {"safety": 1, "style": 0.25}, and {"unrelated": 3}""")]
    public void Read_OfMarks_WhereverTheyStand_AreScores(string reply) => Assert.Equal([1.0, 0.25], Read(reply));

    [Theory]
    [InlineData("""{"safety": null, "style": 0.25}""", double.NaN, 0.25)]
    [InlineData("""{"style": 0.25}""", null, 0.25)]
    [InlineData("""{"safety": 1.5, "style": -0.1}""", null, null)]
    [InlineData("""{"safety": true, "style": "good"}""", null, null)]
    [InlineData("Both are good.", null, null)]
    [InlineData("""{"safety": 1, "style": """, null, null)]
    [InlineData("""{"other": 1}""", null, null)]
    [InlineData("", null, null)]
    public void Read_OfWhatIsNoMark_IsAFailure_AndOfNullIsNotApplicable(string reply, double? safety, double? style) => Assert.Equal([safety, style], Read(reply));

    // 1 to 10: (7 − 1)/9; 1 to 5: (2 − 1)/4. Zero lies outside both.
    [Theory]
    [InlineData(JudgeScale.OneToTen, 7, 6 / 9.0), InlineData(JudgeScale.OneToTen, 10, 1.0), InlineData(JudgeScale.OneToTen, 1, 0.0), InlineData(JudgeScale.OneToTen, 0, null)]
    [InlineData(JudgeScale.OneToFive, 2, 0.25), InlineData(JudgeScale.OneToFive, 5, 1.0), InlineData(JudgeScale.OneToFive, 6, null), InlineData(JudgeScale.Unit, 0, 0.0)]
    public void Read_OnAScale_IsMappedToUnit(JudgeScale scale, double mark, double? expected) =>
        Assert.Equal([expected], JudgeReply.Read($"{{\"a\": {mark}}}", ["a"], scale));

    private static double?[] Read(string reply) => JudgeReply.Read(reply, ["safety", "style"], JudgeScale.Unit);
}
